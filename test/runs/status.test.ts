import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import { totalCalls } from "../../src/core/usage.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { type Progress, runExperiment } from "../../src/runs/run-experiment.ts";
import type { RunStatus } from "../../src/runs/status/run-status.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { VirtualClock } from "../fakes/virtual-clock.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = (more = "") => `
name: followed
dataset: {name: arithmetic, options: {count: 20, minSteps: 3, maxSteps: 5}}
policy: simulated
budget: {tokens: 1000}
baselines: false
strategies: [chain-of-thought, {name: self-consistency, label: vote, options: {n: 4}}]
concurrency: 1
${more}`;

/** Every status of a run, and its summary. */
async function followed(out: string, text: string, parts: Parameters<typeof simulatedSetup>[1] = {}) {
  const seen: RunStatus[] = [];
  const onProgress = ({ status }: Progress) => void seen.push(status());
  const summary = await runExperiment(parseExperiment("f.yaml", text), simulatedSetup(out, { ...parts, onProgress }));
  return { seen, summary, last: seen.at(-1) as RunStatus };
}

describe("the status of a run at work", () => {
  it("agrees with the summary in the end, arm by arm", async () => {
    const { seen, summary, last } = await followed(temporaryFolder(), yaml());
    expect(seen.map(({ done }) => done)).toEqual(Array.from({ length: 41 }, (_, i) => i));
    expect(last).toMatchObject({ done: 40, total: 40, resumed: 0, leftSeconds: 0, enough: null, failures: {} });
    for (const [i, { arm, n, accuracy, interval, tokensPerTrial }] of summary.arms.entries()) {
      const shown = last.arms[i];
      expect(shown).toMatchObject({ arm, done: 20, total: 20, state: "done", n, accuracy, interval });
      expect(shown?.spent.tokens).toBeCloseTo(tokensPerTrial * n, 6);
      expect(shown?.allowed).toEqual({ tokens: 20_000, calls: null, dollars: null });
    }
    expect(last.allowed.tokens).toBe(40_000);
    expect(last.spent.tokens).toBe(last.arms.reduce((sum, { spent }) => sum + spent.tokens, 0));
    expect(last.paid.calls).toBe(summary.arms.reduce((sum, { spent }) => sum + totalCalls(spent), 0));
  });

  it("counts from the start of this process what is fresh, and says how long the rest takes at that pace", async () => {
    const clock = new VirtualClock();
    const out = temporaryFolder();
    const landing = new AbortController();
    const open = async () => ({ policy: simulatedPolicy({ latencyMs: 1000 }, clock), simulated: true });
    const first: RunStatus[] = [];
    await clock.run(() =>
      runExperiment(
        parseExperiment("f.yaml", yaml()),
        simulatedSetup(out, {
          ...{ clock, open, landing: landing.signal },
          onProgress: ({ status, done }) => {
            first.push(status());
            if (done === 10) landing.abort();
          },
        }),
      ),
    );
    const tenth = first[10] as RunStatus;
    expect(tenth.elapsedSeconds).toBeGreaterThan(9);
    expect(tenth.leftSeconds).toBeCloseTo((30 * tenth.elapsedSeconds) / 10, 1);
    expect(tenth.pace?.trialsPerMinute).toBeCloseTo(600 / tenth.elapsedSeconds, 6);
    expect(tenth.arms.map(({ leftSeconds }) => leftSeconds)).toEqual(Array(2).fill(tenth.leftSeconds));
    const { seen } = await clock.run(() => followed(out, yaml(), { clock, open }));
    const [start, next] = seen;
    expect(start).toMatchObject({ done: 10, resumed: 10, leftSeconds: null, pace: null });
    expect(start?.arms.map(({ n, leftSeconds, state }) => [n, leftSeconds, state])).toEqual(
      Array(2).fill([5, null, "waiting"]),
    );
    expect(next?.leftSeconds).toBeGreaterThan(0);
  });

  it("counts failures by kind, and leaves them out of the accuracy", async () => {
    const solver = simulatedPolicy();
    let asked = 0;
    const sample: typeof solver.sample = (request, options) => {
      if (asked++ % 5 === 4)
        throw new ModelCallError("refused", { status: 400, retryable: false, kind: "content" } as never);
      return solver.sample(request, options);
    };
    const open = async () => ({ policy: { ...solver, sample }, simulated: true });
    const { last, summary } = await followed(temporaryFolder(), yaml(), { open });
    const failures = Object.values(last.failures).reduce((sum, count) => sum + count, 0);
    expect(failures).toBe(summary.arms.reduce((sum, { errors }) => sum + errors, 0));
    expect(failures).toBeGreaterThan(0);
    expect(last.arms.map(({ n }) => n)).toEqual(summary.arms.map(({ n }) => n));
  });

  it("follows the stopping rule: an arm whose comparison is decided is waited for no longer", async () => {
    const text = yaml("stop: {rule: enough, every: 4}")
      .replace("count: 20", "count: 200")
      .replace("tokens: 1000", "tokens: 9000");
    const open = async () => ({ policy: simulatedPolicy({ stepError: 0.3, spread: 0 }), simulated: true });
    const { seen, summary } = await followed(temporaryFolder(), text, { open });
    const [decided] = summary.enough?.arms ?? [];
    expect(decided?.decidedAt).toBeGreaterThan(0);
    expect(seen.some(({ enough }) => enough?.arms[0]?.decidedAt === null && (enough.arms[0]?.problems ?? 0) > 0)).toBe(
      true,
    );
  });

  it("lies in status.json while the run is at work, and nowhere after it", async () => {
    const out = temporaryFolder();
    const path = join(out, "status.json");
    const there: boolean[] = [];
    await runExperiment(
      parseExperiment("f.yaml", yaml()),
      simulatedSetup(out, {
        onProgress: ({ done }) => {
          if (done === 0) expect((JSON.parse(readFileSync(path, "utf8")) as RunStatus).total).toBe(40);
          there.push(existsSync(path));
        },
      }),
    );
    expect(new Set(there)).toEqual(new Set([true]));
    expect(existsSync(path)).toBe(false);
  });
});
