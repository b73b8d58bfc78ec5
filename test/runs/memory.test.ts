import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../fakes/terminal.ts";

const trials = 4_000;

describe("the runner", () => {
  it(`holds no more after ${trials} trials than after a quarter of them`, () => {
    const file = join(import.meta.dirname, "../../bench/records/run.ts");
    const args = [
      "--expose-gc",
      "--disable-warning=ExperimentalWarning",
      file,
      temporaryFolder(),
      String(trials),
      "20",
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    const { heaps } = JSON.parse(stdout) as { heaps: number[] };
    expect(heaps).toHaveLength(8);
    const [quarter = 0, end = 0] = [heaps[1], heaps[7]];
    // Anything kept of a trial would show: its record alone takes about 1,000 bytes. Places in files and sums are kept,
    // and collected garbage leaves gaps of its own: 90 to 205 bytes were seen.
    expect((2 ** 20 * (end - quarter)) / (0.75 * trials)).toBeLessThan(400);
  }, 240_000);
});
