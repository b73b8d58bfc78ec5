/** What a report knows of a problem, from any of its records. */
export interface ProblemFacts {
  readonly dataset: string;
  readonly problem: string;
  readonly group?: string;
  readonly tags?: readonly string[];
  readonly difficulty?: number;
}

/** Problems of one cluster are not independent: those of a group, in whatever dataset, else a problem by itself. */
export const clusterOf = ({ dataset, problem, group }: Pick<ProblemFacts, "dataset" | "problem" | "group">): string =>
  group ?? `${dataset}/${problem}`;

/**
 * Numbers for problems and for their clusters, in order of first appearance, shared by all arms of an experiment: what
 * is kept of a problem for each arm then fits typed columns.
 */
export class ProblemIndex {
  readonly #numbers = new Map<string, Map<string, number>>();
  readonly #clusterNumbers = new Map<string, number>();
  /** The problem that was asked for last, as records of one problem follow each other. */
  #last: { readonly dataset: string; readonly problem: string; readonly number: number } | null = null;
  readonly #shared = new Map<string, readonly string[]>();
  readonly facts: ProblemFacts[] = [];
  /** Cluster number of each problem. A problem without a group is its own cluster. */
  readonly clusters: number[] = [];

  numberOf(record: ProblemFacts): number {
    const last = this.#last;
    if (last !== null && last.problem === record.problem && last.dataset === record.dataset) return last.number;
    const number = this.#numberOf(record);
    this.#last = { dataset: record.dataset, problem: record.problem, number };
    return number;
  }

  #numberOf(record: ProblemFacts): number {
    let ofDataset = this.#numbers.get(record.dataset);
    if (ofDataset === undefined) {
      ofDataset = new Map();
      this.#numbers.set(record.dataset, ofDataset);
    }
    const known = ofDataset.get(record.problem);
    if (known !== undefined) return known;
    const number = this.facts.length;
    ofDataset.set(record.problem, number);
    const { dataset, problem, group, tags, difficulty } = record;
    this.facts.push({
      dataset,
      problem,
      group,
      tags: tags === undefined ? undefined : this.#share(tags),
      difficulty,
    });
    const cluster = clusterOf(record);
    const clusterNumber = this.#clusterNumbers.get(cluster) ?? this.#clusterNumbers.size;
    this.#clusterNumbers.set(cluster, clusterNumber);
    this.clusters.push(clusterNumber);
    return number;
  }

  /** One list for all problems with the same tags. */
  #share(tags: readonly string[]): readonly string[] {
    const key = tags.join("\n");
    const known = this.#shared.get(key);
    if (known !== undefined) return known;
    this.#shared.set(key, tags);
    return tags;
  }

  get size(): number {
    return this.facts.length;
  }

  get clusterCount(): number {
    return this.#clusterNumbers.size;
  }
}
