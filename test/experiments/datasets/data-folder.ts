import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { it } from "vitest";
import { needsAll } from "../../needs.ts";

/** Where the public datasets lie for these tests: RUMINATE_DATA, or ../shared/data beside the repository. */
export const dataFolder = process.env.RUMINATE_DATA ?? resolve(import.meta.dirname, "../../../../shared/data");

export const missingData = existsSync(dataFolder)
  ? null
  : `no public datasets in ${dataFolder}: put their JSONL files into a folder and set RUMINATE_DATA to it`;

/** A test that reads the public datasets; skipped, saying why, where they are absent. */
export function itWithData(title: string, run: () => Promise<void>): void {
  it(title, needsAll(missingData), run);
}
