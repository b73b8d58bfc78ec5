import { hash } from "node:crypto";

/** A question as it is compared: letters, digits and signs, without case and blanks. */
export const normalText = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * Problems that must stand on one side of a split: those of one group, and those with the same question. Clusters join
 * where they share either, however far the chain goes.
 */
export class ProblemClusters {
  readonly #numbers = new Map<string, number>();
  /** above[i]: i itself at the top of its cluster. */
  readonly #above: number[] = [];
  readonly #keys: string[] = [];
  readonly #groups: (string | undefined)[] = [];
  /** First problem of each group, and of each question by 48 bits of its hash. */
  readonly #ofGroup = new Map<string, number>();
  readonly #ofText = new Map<number, number>();
  readonly #read = new Set<number>();

  /** Notes a problem by its key, "dataset/id". */
  join(key: string, group: string | undefined): void {
    const number = this.#numbers.get(key) ?? this.#add(key, group);
    if (group !== undefined) this.#union(number, this.#ofGroup, group);
  }

  #add(key: string, group: string | undefined): number {
    const number = this.#keys.length;
    this.#numbers.set(key, number);
    this.#keys.push(key);
    this.#groups.push(group);
    this.#above.push(number);
    return number;
  }

  hasText(key: string): boolean {
    return this.#read.has(this.#numberOf(key));
  }

  joinText(key: string, question: string): void {
    const number = this.#numberOf(key);
    this.#read.add(number);
    this.#union(number, this.#ofText, bits(normalText(question)));
  }

  /** The cluster of a problem: the same for all that must stay together. */
  of(key: string): string {
    return this.#keys[this.#top(this.#numberOf(key))] ?? key;
  }

  /** Names by which a problem can be left out: "dataset/id", the id alone, its group. */
  namesOf(key: string): readonly string[] {
    const group = this.#groups[this.#numberOf(key)];
    return [key, key.slice(key.indexOf("/") + 1), ...(group === undefined ? [] : [group])];
  }

  /** A number in [0, 1) that depends on the cluster and the seed. */
  shareOf(key: string, seed: string): number {
    return bits(JSON.stringify(["split", seed, this.of(key)])) / 2 ** 48;
  }

  #numberOf(key: string): number {
    return this.#numbers.get(key) ?? -1;
  }

  #top(number: number): number {
    let at = number;
    for (let above = this.#above[at]; above !== undefined && above !== at; above = this.#above[at]) at = above;
    if (at !== number) this.#above[number] = at;
    return at;
  }

  /** The smaller key stays on top, in whatever order problems come. */
  #union<Key>(number: number, firsts: Map<Key, number>, key: Key): void {
    const first = firsts.get(key);
    if (first === undefined) {
      firsts.set(key, number);
      return;
    }
    const [p, q] = [this.#top(first), this.#top(number)];
    if ((this.#keys[p] ?? "") <= (this.#keys[q] ?? "")) this.#above[q] = p;
    else this.#above[p] = q;
  }
}

const bits = (text: string): number => Number.parseInt(hash("sha256", text, "hex").slice(0, 12), 16);
