import { hash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";

/** A question as it is compared: letters, digits and signs, without case and blanks. */
export const normalText = (text: string): string => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

interface StoredProblem {
  readonly key: string;
  readonly family: string | null;
}

const schema = `
  CREATE TABLE problems (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, family TEXT, text INTEGER);
  CREATE TABLE families (name TEXT PRIMARY KEY, first INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE texts (hash INTEGER PRIMARY KEY, first INTEGER NOT NULL)`;

/**
 * Problems that must stand on one side of a split: those of one group, and those with the same question. Clusters join
 * where they share either, however far the chain goes. Names and texts lie in the database; a problem takes four bytes
 * of memory.
 */
export class ProblemClusters {
  readonly #byKey;
  readonly #byNumber;
  readonly #insert;
  readonly #setText;
  readonly #hasText;
  readonly #firstOfFamily;
  readonly #firstOfText;
  readonly #families;
  readonly #texts;
  /** above[i]: i itself at the top of its cluster. */
  #above = new Uint32Array(1024);
  #size = 0;

  constructor(database: DatabaseSync) {
    database.exec(schema);
    this.#byKey = database.prepare("SELECT number FROM problems WHERE key = ?");
    this.#byNumber = database.prepare("SELECT key, family FROM problems WHERE number = ?");
    this.#insert = database.prepare("INSERT INTO problems (number, key, family) VALUES (?, ?, ?)");
    this.#setText = database.prepare("UPDATE problems SET text = ? WHERE number = ?");
    this.#hasText = database.prepare("SELECT 1 FROM problems WHERE number = ? AND text IS NOT NULL");
    this.#firstOfFamily = database.prepare("SELECT first FROM families WHERE name = ?");
    this.#firstOfText = database.prepare("SELECT first FROM texts WHERE hash = ?");
    this.#families = database.prepare("INSERT INTO families VALUES (?, ?)");
    this.#texts = database.prepare("INSERT INTO texts VALUES (?, ?)");
  }

  /** Notes a problem by its key, "dataset/id"; gives its number. */
  join(key: string, group: string | undefined): number {
    const known = this.#byKey.get(key) as { readonly number: number } | undefined;
    const number = known?.number ?? this.#add(key, group);
    if (group === undefined) return number;
    const first = this.#firstOfFamily.get(group) as { readonly first: number } | undefined;
    if (first === undefined) this.#families.run(group, number);
    else this.#union(number, first.first);
    return number;
  }

  #add(key: string, group: string | undefined): number {
    const number = this.#size++;
    if (number === this.#above.length) {
      const longer = new Uint32Array(number * 2);
      longer.set(this.#above);
      this.#above = longer;
    }
    this.#above[number] = number;
    this.#insert.run(number, key, group ?? null);
    return number;
  }

  hasText(number: number): boolean {
    return this.#hasText.get(number) !== undefined;
  }

  joinText(number: number, question: string): void {
    const bitsOfText = bits(normalText(question));
    this.#setText.run(bitsOfText, number);
    const first = this.#firstOfText.get(bitsOfText) as { readonly first: number } | undefined;
    if (first === undefined) this.#texts.run(bitsOfText, number);
    else this.#union(number, first.first);
  }

  /** The cluster of a problem: the number of the problem at its top. */
  of(number: number): number {
    let at = number;
    for (let above = this.#aboveOf(at); above !== at; above = this.#aboveOf(at)) at = above;
    if (at !== number) this.#above[number] = at;
    return at;
  }

  /** Names by which a problem can be left out: "dataset/id", the id alone, its group. */
  namesOf(number: number): readonly string[] {
    const { key, family } = this.#problem(number);
    return [key, key.slice(key.indexOf("/") + 1), ...(family === null ? [] : [family])];
  }

  /** A number in [0, 1) that depends on the cluster and the seed. */
  shareOf(number: number, seed: string): number {
    return bits(JSON.stringify(["split", seed, this.#problem(this.of(number)).key])) / 2 ** 48;
  }

  #problem(number: number): StoredProblem {
    return this.#byNumber.get(number) as unknown as StoredProblem;
  }

  #aboveOf(number: number): number {
    return this.#above[number] ?? number;
  }

  /** The smaller key stays on top, in whatever order problems come. */
  #union(one: number, other: number): void {
    const [p, q] = [this.of(other), this.of(one)];
    if (p === q) return;
    if (this.#problem(p).key <= this.#problem(q).key) this.#above[q] = p;
    else this.#above[p] = q;
  }
}

/** 48 bits of a text's hash. */
const bits = (text: string): number => Number.parseInt(hash("sha256", text, "hex").slice(0, 12), 16);
