import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidFileError, InvalidOptionError } from "../core/errors.ts";
import { type Outcome, outcomeSchema } from "./outcome.ts";

/**
 * What became of each item, a line each, in the order of the items: what a stopped evolution goes on from. A line that
 * was cut off as the process was killed is dropped.
 */
export class Journal {
  readonly outcomes: Outcome[];
  readonly #path: string;

  /** @throws InvalidOptionError where the folder holds another evolution; InvalidFileError for a damaged one. */
  constructor(folder: string, identity: unknown) {
    mkdirSync(folder, { recursive: true });
    const file = join(folder, "evolve.json");
    const text = `${JSON.stringify(identity, null, 2)}\n`;
    if (existsSync(file) && readFileSync(file, "utf8") !== text)
      throw new InvalidOptionError(
        "--out",
        `must be another folder: ${folder} holds an evolution with other settings.`,
      );
    writeFileSync(file, text);
    this.#path = join(folder, "outcomes.jsonl");
    this.outcomes = existsSync(this.#path) ? this.#read() : [];
  }

  add(outcome: Outcome): void {
    this.outcomes.push(outcome);
    appendFileSync(this.#path, `${JSON.stringify(outcome)}\n`);
  }

  #read(): Outcome[] {
    const bytes = readFileSync(this.#path);
    const end = bytes.lastIndexOf(10) + 1;
    if (end < bytes.length) truncateSync(this.#path, end);
    const lines = bytes.subarray(0, end).toString("utf8").split("\n").slice(0, -1);
    return lines.map((line, index) => {
      try {
        return outcomeSchema.parse(JSON.parse(line));
      } catch (error) {
        throw new InvalidFileError(this.#path, index + 1, "is damaged. Remove the folder, or name another by --out.", {
          cause: error,
        });
      }
    });
  }
}
