import { describe, expect, it } from "vitest";
import { z } from "zod";
import { builtins } from "../../src/builtins.ts";
import { frozen, frozenCopy } from "../../src/core/frozen.ts";
import { plainQuestion } from "../../src/core/own-problem.ts";
import type { Question } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, parseOptions, type Strategy } from "../../src/core/strategy.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { simulatedSetup } from "../runs/small-run.ts";

/** Every plain object and list inside a value is frozen. */
function allFrozen(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const plain = Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
  return !plain || (Object.isFrozen(value) && Object.values(value).every(allFrozen));
}

const question: Question = {
  id: "q",
  text: "Felix has 20 cards. He buys 6 more. How many cards has he?",
  kind: "math",
  choices: ["26", "14"],
  hints: { concepts: ["sums"] },
};

describe("what a strategy gets", () => {
  it("is frozen to the bottom: question, options, samples, scores, results, usage", async () => {
    const seen: Record<string, unknown> = {};
    const watching = defineStrategy({
      ...(builtins().strategies.get("self-consistency") as Strategy<Record<string, unknown>>),
      name: "watching",
      options: z.strictObject({ nested: z.object({ list: z.array(z.object({ a: z.number() })) }) }),
      async *candidates(run: Run, options) {
        const message = { role: "user" as const, content: run.question.text };
        const samples = await run.sample({ messages: [message], n: 2, temperature: 1, purpose: "x", maxTokens: 64 });
        const result = await run.execute({ language: "python", source: "x = 2" });
        Object.assign(seen, { question: run.question, options, samples, result });
        Object.assign(seen, { policy: run.policy, usage: run.usage() });
        for await (const candidate of sampleSolutions(run, { n: 2, temperature: 1 })) {
          seen.scores ??= await run.score([candidate].flat());
          yield candidate;
        }
      },
    } as Strategy<{ nested: unknown }>);
    const nested = { list: [{ a: 1 }] };
    await solve(question, {
      strategy: watching,
      options: { nested },
      policy: simulatedPolicy(),
      sandbox: tinyPython(),
    });
    for (const [name, value] of Object.entries(seen)) expect(allFrozen(value), name).toBe(true);
    expect(Object.keys(seen).length).toBeGreaterThan(5);
    expect([Object.isFrozen(question), Object.isFrozen(question.choices), Object.isFrozen(nested)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("leaves tools and other objects of a class as they are", () => {
    const tool = new (class Tool {
      readonly state = { calls: 0 };
    })();
    const copy = frozenCopy({ tool, list: [1, { a: undefined }] });
    expect(copy).toEqual({ tool, list: [1, { a: undefined }] });
    expect([copy.tool === tool, Object.isFrozen(tool.state), Object.isFrozen(copy.list[1])]).toEqual([
      true,
      false,
      true,
    ]);
    const ring: { self?: unknown } = {};
    ring.self = ring;
    expect(Object.isFrozen(frozen(ring))).toBe(true);
  });
});

describe("examples that hold the problem itself", () => {
  const fewShot = builtins().strategies.get("few-shot");
  const pooled = (text: string) => ({ pool: [{ question: text, solution: "26" }], n: 1, choose: "given" });
  const asked = (options: unknown) =>
    solve(question, { strategy: fewShot, options: parseOptions(fewShot, options), policy: simulatedPolicy() });

  it("are refused before anything is asked, however they are written", async () => {
    for (const text of [
      question.text,
      `  ${question.text.toUpperCase().replaceAll(" ", "\n ")}`,
      "“felix has 20 cards. He buys 6 more. How many cards has he”",
      `Q: ${question.text}\nA: 26\n\nQ: What is 2 + 2?`,
    ]) {
      await expect(asked(pooled(text)), text).rejects.toThrow(/few-shot: must not be shown the problem .* "q"/);
    }
    await expect(asked(pooled("Felix has 21 cards. He buys 6 more. How many cards has he?"))).resolves.toBeDefined();
    expect(plainQuestion("What is 2 + 2?")).not.toBe(plainQuestion("What is 2 - 2?"));
  });

  it("are refused in an experiment, with the problem's name", async () => {
    const [problem] = await builtins()
      .datasets.get("arithmetic")
      .load({}, parseOptions(builtins().datasets.get("arithmetic"), { count: 1 }));
    const text = JSON.stringify(problem?.question.text);
    const yaml = `name: leak\ndataset: {name: arithmetic, options: {count: 3}}\npolicy: simulated\nstrategies: [{name: few-shot, options: {pool: [{question: ${text}, solution: x}]}}]`;
    const setup = simulatedSetup(temporaryFolder());
    await expect(runExperiment(parseExperiment("leak.yaml", yaml), setup)).rejects.toThrow(
      new RegExp(`few-shot: must not be shown the problem.*"${problem?.question.id}"`),
    );
  });
});
