import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { it } from "vitest";

/** Where the public datasets lie for these tests: RUMINATE_DATA, or ../shared/data beside the repository. */
export const dataFolder = process.env.RUMINATE_DATA ?? resolve(import.meta.dirname, "../../../../shared/data");

export const hasData = existsSync(dataFolder);
export const missingData = `needs the public datasets: put their JSONL files into a folder and set RUMINATE_DATA to it (looked in ${dataFolder})`;

/** A test that reads the public datasets; skipped, saying why, where they are absent. */
export function itWithData(title: string, run: () => Promise<void>): void {
  it(title, async (context) => {
    if (!hasData) context.skip(missingData);
    await run();
  });
}
