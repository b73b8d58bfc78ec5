import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunEvent } from "../core/events.ts";

/** Keeps a request's events as JSON lines, for the viewer. The name is the server's own id, so that no client chooses a path. */
export async function writeTrace(
  folder: string,
  id: string,
  events: readonly (RunEvent & { readonly choice: number })[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines = events.map((event) => JSON.stringify(event)).join("\n");
  await writeFile(join(folder, `${id}.jsonl`), `${lines}\n`);
}
