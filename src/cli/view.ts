import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { EnvironmentError } from "../core/errors.ts";
import { startViewer } from "../viewer/server.ts";
import { countOf } from "./counts.ts";
import type { Terminal } from "./terminal.ts";

export interface ViewFlags {
  readonly port?: string;
}

/** `ruminate view [DIR]`: serves the runs of a folder to a browser on this machine until it is interrupted. */
export async function viewCommand(terminal: Terminal, folder: string | undefined, flags: ViewFlags): Promise<number> {
  const path = resolve(terminal.cwd, folder ?? "runs");
  if (!existsSync(path)) {
    throw new EnvironmentError(
      `${path} does not exist. Give a run's folder, or one that holds runs; \`ruminate experiment run\` makes them.`,
    );
  }
  const viewer = await startViewer(path, { port: countOf("--port", flags.port) });
  terminal.out(`${viewer.url}\n`);
  terminal.err(
    `Showing ${existsSync(join(path, "summary.json")) ? "the run" : "the runs"} in ${path}. Press Ctrl-C to end.\n`,
  );
  await new Promise<void>((done) => {
    if (terminal.signal.aborted) done();
    else terminal.signal.addEventListener("abort", () => done(), { once: true });
  });
  await viewer.close();
  return 0;
}
