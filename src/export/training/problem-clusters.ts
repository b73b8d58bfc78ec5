import { hash } from "node:crypto";

/** A question as it is compared: letters, digits and signs, without case and blanks. */
export const normalText = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * Problems that must stand on one side of a split: those of one group, and those with the same question. Clusters join
 * where they share either, however far the chain goes.
 */
export class ProblemClusters {
  readonly #above = new Map<string, string>();
  readonly #names = new Map<string, string[]>();
  readonly #texts = new Map<string, string>();

  /** Notes a problem with its names, by which it can be left out. */
  join(key: string, dataset: string, problem: string, group: string | undefined): void {
    if (!this.#names.has(key)) this.#names.set(key, [problem, `${dataset}/${problem}`, ...(group ? [group] : [])]);
    this.#top(key);
    if (group !== undefined) this.#union(key, `group\u0000${group}`);
  }

  hasText(key: string): boolean {
    return this.#texts.has(key);
  }

  joinText(key: string, question: string): void {
    const text = hash("sha256", normalText(question), "base64url");
    this.#texts.set(key, text);
    this.#union(key, `text\u0000${text}`);
  }

  /** The cluster of a problem: the same for all that must stay together. */
  of(key: string): string {
    return this.#top(key);
  }

  namesOf(key: string): readonly string[] {
    return this.#names.get(key) ?? [];
  }

  /** A number in [0, 1) that depends on the cluster and the seed, not on the order in which problems came. */
  shareOf(key: string, seed: string): number {
    const digest = hash("sha256", JSON.stringify(["split", seed, this.of(key)]), "hex");
    return Number.parseInt(digest.slice(0, 12), 16) / 2 ** 48;
  }

  #top(key: string): string {
    let at = key;
    for (let above = this.#above.get(at); above !== undefined && above !== at; above = this.#above.get(at)) at = above;
    if (!this.#above.has(key)) this.#above.set(key, key);
    if (at !== key) this.#above.set(key, at);
    return at;
  }

  /** The smaller name stays on top. */
  #union(a: string, b: string): void {
    const [p, q] = [this.#top(a), this.#top(b)];
    if (p === q) return;
    if (p < q) this.#above.set(q, p);
    else this.#above.set(p, q);
  }
}
