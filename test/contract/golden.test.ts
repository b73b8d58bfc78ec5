import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Strategy } from "../../src/core/strategy.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { oracles, trySolving, wordProblems } from "./setting.ts";

const folder = resolve(import.meta.dirname, "../golden");
const strategies = builtins().strategies.all;
/** Set to write the traces anew instead of comparing: `GOLDEN=write npx vitest run test/contract/golden.test.ts`. */
const writing = process.env.GOLDEN === "write";

/** All events of one solve of one short problem with a process oracle: nothing in them tells the time. */
async function traceOf(strategy: Strategy): Promise<string> {
  const [problem] = await wordProblems(1, { seed: "golden", minSteps: 2, maxSteps: 2 });
  if (problem === undefined) throw new Error("there is a problem");
  const policy = simulatedPolicy({ stepError: 0.3, programError: 0.2, planError: 0.2 });
  const events: RunEvent[] = [];
  await trySolving(strategy, problem, policy, {
    ...{ verifiers: oracles("process"), budget: { calls: 14 }, onEvent: (event: RunEvent) => events.push(event) },
  });
  return `${events.map((event) => JSON.stringify(event)).join("\n")}\n`;
}

describe("golden traces", () => {
  it.each(strategies.map((strategy) => [strategy.name, strategy] as const))("%s", async (name, strategy) => {
    const file = resolve(folder, `${name}.jsonl`);
    const trace = await traceOf(strategy);
    if (writing) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(file, trace);
    }
    if (!existsSync(file))
      expect.unreachable(`no golden trace of ${name}: run with GOLDEN=write and read what it writes`);
    expect(trace).toBe(readFileSync(file, "utf8"));
  });

  it("has no trace of a strategy that is gone", () => {
    const names = strategies.map(({ name }) => `${name}.jsonl`);
    expect(readdirSync(folder).filter((file) => !names.includes(file))).toEqual([]);
  });
});
