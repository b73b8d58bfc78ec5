import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import * as face from "../../../experiments/index.ts";
import { metrics } from "../../../experiments/metrics/index.ts";
import { builtins } from "../../../src/builtins.ts";
import { optionRows } from "../../../src/cli/strategy-page.ts";
import type { MetricDefinition } from "../../../src/core/metric.ts";
import { parseExperiment } from "../../../src/runs/load.ts";
import { chosenMetrics } from "../../../src/runs/metrics/chosen-metrics.ts";
import { metricTable } from "./metric-table.ts";

const root = resolve(import.meta.dirname, "../../..");
const page = join(root, "docs/experiments.md");
const options = ({ options: schema }: MetricDefinition) => optionRows(schema).map(({ name }) => `\`${name}\``);

describe("the table of metrics", () => {
  it("stands in the documentation as it is generated (DOCS=write writes it)", () => {
    const table = metricTable(metrics, options);
    const text = readFileSync(page, "utf8");
    if (process.env.DOCS === "write") {
      writeFileSync(page, text.replace(/\| metric \| what it measures[\s\S]*?\n(?=\n)/, table));
    } else expect(text).toContain(table);
  });

  it("has an example beside it that a run would take", () => {
    const [, yaml = ""] = /```yaml\n(metrics:\n[\s\S]*?)```/.exec(readFileSync(page, "utf8")) ?? [];
    expect(parseDocument(yaml).errors).toEqual([]);
    const experiment = parseExperiment(
      "docs.yaml",
      `name: docs\ndataset: arithmetic\nstrategies: [chain-of-thought]\n${yaml}`,
    );
    expect(chosenMetrics(experiment, builtins()).length).toBeGreaterThan(3);
  });

  it("names each metric once, and lists every metric that a file of the folder defines", () => {
    const names = metrics.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const folder = join(root, "experiments/metrics");
    const exported = globSync("*.ts", { cwd: folder })
      .filter((file) => file !== "index.ts")
      .flatMap((file) => [...readFileSync(join(folder, file), "utf8").matchAll(/^export const /gm)]);
    expect(metrics).toHaveLength(exported.length);
    expect(face.metrics).toBe(metrics);
  });
});
