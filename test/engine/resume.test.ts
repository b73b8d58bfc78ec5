import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../fakes/terminal.ts";

const program = resolve(import.meta.dirname, "resumed-search.ts");

/**
 * Runs the search until it ends, or until its trace has so many lines: then it is killed, with no chance to tidy up.
 */
function search(store: string, trace: string, window: number, killAfter = Number.POSITIVE_INFINITY) {
  return new Promise<{ readonly killed: boolean; readonly drawn: number; readonly lines: readonly string[] }>(
    (done, failed) => {
      const child = spawn(process.execPath, [
        "--disable-warning=ExperimentalWarning",
        program,
        store,
        trace,
        String(window),
      ]);
      let [out, err] = ["", ""];
      child.stdout.on("data", (data) => (out += data));
      child.stderr.on("data", (data) => (err += data));
      const lines = () => (existsSync(trace) ? readFileSync(trace, "utf8").split("\n").slice(0, -1) : []);
      const watch = setInterval(() => lines().length >= killAfter && child.kill("SIGKILL"), 5);
      child.on("close", (code, signal) => {
        clearInterval(watch);
        if (code === 0 || signal === "SIGKILL")
          done({ killed: signal === "SIGKILL", drawn: Number(out), lines: lines() });
        else failed(new Error(err));
      });
    },
  );
}

describe("a search that was killed in the middle of its tree", () => {
  const again = "goes on with that tree when it is run again, and ends with the tree of an uninterrupted run";

  it.each([0, 8])(`${again} (window %i)`, async (window) => {
    const folder = temporaryFolder();
    const whole = await search(join(folder, "whole.sqlite"), join(folder, "whole.jsonl"), window);
    const store = join(folder, "killed.sqlite");
    const killed = await search(store, join(folder, "first.jsonl"), window, Math.floor(whole.lines.length / 3));
    expect(killed.killed).toBe(true);
    expect(killed.lines.length).toBeLessThan(whole.lines.length);
    const resumed = await search(store, join(folder, "second.jsonl"), window);
    expect(resumed.lines).toEqual(whole.lines);
    const expansions = (lines: readonly string[]) => lines.filter((line) => line.includes('"node-expanded"')).length;
    expect(expansions(killed.lines)).toBeGreaterThan(1);
    // What the killed run had drawn was not drawn again.
    expect(resumed.drawn).toBeLessThan(whole.drawn);
  });
});
