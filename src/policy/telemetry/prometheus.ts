/**
 * Counters, gauges and histograms in Prometheus' text format (version 0.0.4). Labels come from the configuration, never
 * from clients.
 */
type Labels = Readonly<Record<string, string>>;

const buckets = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];

interface Histogram {
  readonly counts: number[];
  sum: number;
  count: number;
}

export class Metrics {
  readonly #counters = new Map<string, Map<string, number>>();
  readonly #histograms = new Map<string, Map<string, Histogram>>();
  readonly #gauges = new Map<string, () => number>();
  readonly #help = new Map<string, string>();

  describe(name: string, help: string): void {
    this.#help.set(name, help);
  }

  gauge(name: string, help: string, read: () => number): void {
    this.describe(name, help);
    this.#gauges.set(name, read);
  }

  add(name: string, labels: Labels, by = 1): void {
    const series = this.#counters.get(name) ?? new Map<string, number>();
    this.#counters.set(name, series);
    const key = labelText(labels);
    series.set(key, (series.get(key) ?? 0) + by);
  }

  observe(name: string, labels: Labels, value: number): void {
    const series = this.#histograms.get(name) ?? new Map<string, Histogram>();
    this.#histograms.set(name, series);
    const key = labelText(labels);
    const histogram = series.get(key) ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
    series.set(key, histogram);
    for (const [i, bound] of buckets.entries())
      if (value <= bound) histogram.counts[i] = (histogram.counts[i] ?? 0) + 1;
    histogram.sum += value;
    histogram.count++;
  }

  /** All of them as text. */
  render(): string {
    const lines: string[] = [];
    const head = (name: string, type: string) =>
      lines.push(`# HELP ${name} ${this.#help.get(name) ?? name}`, `# TYPE ${name} ${type}`);
    for (const [name, read] of this.#gauges) {
      head(name, "gauge");
      lines.push(`${name} ${read()}`);
    }
    for (const [name, series] of this.#counters) {
      head(name, "counter");
      for (const [labels, value] of series) lines.push(`${name}${braces(labels)} ${value}`);
    }
    for (const [name, series] of this.#histograms) {
      head(name, "histogram");
      for (const [labels, { counts, sum, count }] of series) {
        const with_ = (le: string) => braces([labels, `le="${le}"`].filter(Boolean).join(","));
        for (const [i, bound] of buckets.entries()) lines.push(`${name}_bucket${with_(String(bound))} ${counts[i]}`);
        lines.push(`${name}_bucket${with_("+Inf")} ${count}`);
        lines.push(`${name}_sum${braces(labels)} ${sum}`, `${name}_count${braces(labels)} ${count}`);
      }
    }
    return `${lines.join("\n")}\n`;
  }
}

const braces = (labels: string): string => (labels === "" ? "" : `{${labels}}`);

const labelText = (labels: Labels): string =>
  Object.entries(labels)
    .map(([key, value]) => `${key}="${value.replace(/[\\"\n]/g, "_")}"`)
    .join(",");
