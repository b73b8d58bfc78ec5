import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Policy } from "../../src/core/policy.ts";
import { problemOf } from "../../src/core/problem.ts";
import type { Question } from "../../src/core/question.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { addLedgers, emptyLedger, type Ledger, totalTokens } from "../../src/core/usage.ts";
import { best, majority } from "../../src/engine/picking/selections.ts";
import { adaptiveConsistency, atMost } from "../../src/engine/picking/stopping.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { solve, stream } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { selfConsistency } from "../../strategies/sampling/self-consistency.ts";

const answers = (...values: (number | string)[]) =>
  values.map((value) => `I think of ${value}.\n\nThe answer is \\boxed{${value}}.`);

/** An outcome verifier that reads its score out of a table by answer. */
const scoring = (table: Readonly<Record<string, number>>) => ({
  name: "table",
  verifier: {
    calls: [] as number[],
    async score(_question: unknown, candidates: readonly Candidate[]) {
      this.calls.push(candidates.length);
      return candidates.map(({ answer }) => ({ value: table[answer?.text ?? ""] ?? null }));
    },
  },
});

describe("solve", () => {
  it("picks the majority and tells why", async () => {
    const policy = scriptedPolicy(answers(4, 5, 4, 4, 7));
    const solution = await solve("2 + 2?", { strategy: selfConsistency, options: { n: 5 }, policy });
    expect(solution.answer).toBe("4");
    expect(solution.reason).toBe("3 of 5 samples agree");
    expect(solution.stopped).toBe("finished");
    expect(policy.requests).toHaveLength(1);
    expect(policy.requests[0]?.n).toBe(5);
  });

  it("counts samples of a policy that ignores seeds: none is asked for twice", async () => {
    const policy = scriptedPolicy(Array.from({ length: 4 }, () => "\\boxed{5}"));
    const deaf: Policy = {
      ...policy,
      sample: async (request, options) =>
        (await policy.sample(request, options)).map((sample) => ({ ...sample, seed: 0 })),
    };
    const { candidates } = await solve("q", { strategy: selfConsistency, options: { n: 4 }, policy: deaf });
    expect(candidates).toHaveLength(4);
    expect(policy.requests.reduce((sum, { n }) => sum + n, 0)).toBe(4);
  });

  it("asks for each sample with a seed of its own, the same in every run", async () => {
    const seedsOf = async (seed: number) => {
      const policy = scriptedPolicy(answers(1, 1, 1));
      await solve("q", { strategy: selfConsistency, options: { n: 3 }, policy, seed });
      return policy.requests[0]?.seeds;
    };
    const seeds = await seedsOf(1);
    expect(new Set(seeds).size).toBe(3);
    expect(await seedsOf(1)).toEqual(seeds);
    expect(await seedsOf(2)).not.toEqual(seeds);
  });

  it("re-picks after every candidate: the anytime curve has one point each, with rising cost", async () => {
    const policy = scriptedPolicy(answers(5, 4, 4));
    const { picks } = await solve("q", { strategy: selfConsistency, options: { n: 3 }, policy });
    expect(picks.map(({ answer }) => answer)).toEqual(["5", "5", "4"]);
    const tokens = picks.map((point) => point.tokens);
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
    expect(new Set(tokens).size).toBe(3);
  });

  it("scores a batch of candidates in one verifier call and picks the highest", async () => {
    const outcome = scoring({ 4: 0.2, 5: 0.9, 7: 0.4 });
    const policy = scriptedPolicy(answers(4, 5, 4, 7));
    const solution = await solve("q", { strategy: bestOfN, options: { n: 4 }, policy, verifiers: { outcome } });
    expect(solution.answer).toBe("5");
    expect(outcome.verifier.calls).toEqual([3]); // equal texts are judged once
  });

  it("falls back on the votes where there is no verifier", async () => {
    const policy = scriptedPolicy(answers(4, 5, 5));
    const solution = await solve("q", { strategy: bestOfN, options: { n: 3 }, policy });
    expect(solution.answer).toBe("5");
  });

  it("derives the outcome from step scores, with the aggregation that was chosen", async () => {
    const process = {
      name: "steps",
      verifier: {
        scoreSteps: async (_q: unknown, paths: readonly { steps: readonly { text: string }[] }[]) =>
          paths.map((path) =>
            path.steps.map((_, t) => ({ value: path.steps.at(-1)?.text.includes("4") ? (t === 0 ? 0.1 : 1) : 0.6 })),
          ),
      },
    };
    const pick = async (aggregation: "last" | "min") => {
      const policy = scriptedPolicy(answers(4, 5));
      const setup = { strategy: bestOfN, options: { n: 2 }, policy, verifiers: { process, aggregation } };
      return (await solve("q", setup)).answer;
    };
    expect(await pick("last")).toBe("4");
    expect(await pick("min")).toBe("5");
  });

  it("refuses a verifier that returns another number of scores, or one outside [0, 1]", async () => {
    const broken = (score: () => { value: number }[]) => ({ name: "broken", verifier: { score: async () => score() } });
    const run = (score: () => { value: number }[]) =>
      solve("q", {
        strategy: bestOfN,
        options: { n: 2 },
        policy: scriptedPolicy(answers(1, 2)),
        verifiers: { outcome: broken(score) },
      });
    await expect(run(() => [{ value: 1 }])).rejects.toThrow("broken: returned 1 scores for 2 candidates");
    await expect(run(() => [{ value: 1 }, { value: 2 }])).rejects.toThrow(
      "broken: returned 2. A score is a probability in [0, 1]",
    );
    await expect(run(() => [{ value: 1 }, { value: Number.NaN }])).rejects.toThrow("returned NaN");
  });

  it("says so when no answer can be read, and invents none", async () => {
    const policy = scriptedPolicy(["I do not know.", "Neither do I."]);
    const solution = await solve("q", { strategy: selfConsistency, options: { n: 2 }, policy });
    expect(solution.answer).toBeNull();
    expect(solution.reason).toBe("no answer could be read out of any of 2 candidates");
  });

  it("checks options before any call is paid for", async () => {
    const policy = scriptedPolicy([]);
    await expect(solve("q", { strategy: bestOfN, options: { n: 0 }, policy })).rejects.toThrow(
      'best-of-n: "n" must be at least 1, got 0.',
    );
    expect(policy.requests).toHaveLength(0);
  });

  it("stops by rule as soon as the answer is settled", async () => {
    const policy = scriptedPolicy(answers(4, 4, 4, 4, 4, 4));
    const setup = { strategy: selfConsistency, options: { n: 6 }, policy, stop: adaptiveConsistency() };
    const solution = await solve("q", setup);
    expect(solution.stopped).toBe("enough");
    expect(solution.candidates).toHaveLength(4); // 31/32 is the first above 0.95
    expect(policy.left).toBe(2);
    const capped = await solve("q", {
      strategy: selfConsistency,
      options: { n: 9 },
      policy: scriptedPolicy(answers(1, 2, 3)),
      stop: atMost(3),
    });
    expect(capped.candidates).toHaveLength(3);
  });

  it("ends with the best so far when the budget runs out, never above it", async () => {
    const policy = scriptedPolicy(answers(4, 5, 4, 4, 4, 4, 4, 4));
    const setup = { strategy: selfConsistency, options: { n: 8 }, policy, budget: { calls: 3 } };
    const solution = await solve("q", setup);
    expect(solution.stopped).toBe("budget");
    expect(solution.stopReason).toContain("Call budget used up: 3 spent of 3 allowed");
    expect(solution.answer).toBe("4");
    expect(solution.usage.logical.policy.calls).toBe(3);
  });

  it("ends with what there is when time is up", async () => {
    const slow = defineStrategy({
      name: "slow",
      summary: "",
      family: "sampling",
      how: "It yields what the test gives it.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
      options: z.strictObject({}),
      async *candidates(run) {
        yield* sampleSolutions(run, { n: 1, temperature: 0 });
        await new Promise((_, reject) => run.signal.addEventListener("abort", () => reject(run.signal.reason)));
      },
      select: () => majority(),
      cost: () => ({ calls: 1 }),
    });
    const solution = await solve("q", {
      strategy: slow,
      policy: scriptedPolicy(answers(9)),
      budget: { seconds: 0.05 },
    });
    expect([solution.stopped, solution.answer]).toEqual(["time", "9"]);
  });

  it("rejects with the signal's reason on abort, or returns the best so far where that is wanted", async () => {
    const reason = new Error("enough of this");
    const hanging = { ...scriptedPolicy([]), sample: () => new Promise<never>(() => {}) };
    const start = (onAbort: "reject" | "return") => {
      const abort = new AbortController();
      const result = solve("q", { strategy: selfConsistency, policy: hanging, signal: abort.signal, onAbort });
      abort.abort(reason);
      return result;
    };
    await expect(start("reject")).rejects.toBe(reason);
    expect((await start("return")).stopped).toBe("aborted");
  });

  it("never offers a cut candidate while one is complete", async () => {
    const cut = { text: "so far it is \\boxed", finish: "length" as const };
    const policy = scriptedPolicy([
      { ...cut, text: "The total is 99 and" },
      ...answers(4),
      { ...cut, text: "99 or so" },
    ]);
    const solution = await solve("q", { strategy: selfConsistency, options: { n: 3 }, policy });
    expect(solution.answer).toBe("4");
    const alone = await solve("q", {
      strategy: selfConsistency,
      options: { n: 1 },
      policy: scriptedPolicy([{ ...cut, text: "The answer is 99" }]),
    });
    expect(alone.answer).toBe("99");
    expect(alone.reason).toContain("no candidate finished; this one was cut");
  });

  it("tells everything in events, whose usage adds up to the solution's", async () => {
    const events: RunEvent[] = [];
    const policy = scriptedPolicy(answers(4, 5, 4));
    const outcome = {
      name: "half",
      verifier: {
        score: async (_q: unknown, all: readonly Candidate[], run: { charge(u: object): void }) => {
          run.charge({ promptTokens: 7, completionTokens: 2 });
          return all.map(() => ({ value: 0.5 }));
        },
      },
    };
    const solution = await solve("q", {
      strategy: bestOfN,
      options: { n: 3 },
      policy,
      verifiers: { outcome },
      onEvent: (event) => events.push(event),
    });
    const sum = events.reduce<Ledger>(
      (total, event) => (event.type === "call-end" ? addLedgers(total, event.usage) : total),
      emptyLedger,
    );
    expect(sum).toEqual(solution.usage.logical);
    expect(solution.usage.logical.verifier).toMatchObject({ calls: 1, promptTokens: 7, completionTokens: 2 });
    expect(events.at(0)?.type).toBe("run-start");
    expect(events.filter(({ type }) => type === "run-end")).toHaveLength(1);
    expect(events.at(-1)?.type).toBe("run-end");
    expect(events.filter(({ type }) => type === "pick")).toHaveLength(3);
  });

  it("pays once for a sample that two parts of one solve ask for", async () => {
    const twice = defineStrategy({
      name: "twice",
      summary: "",
      family: "sampling",
      how: "It yields what the test gives it.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
      options: z.strictObject({}),
      async *candidates(run) {
        yield* run.solve({
          strategy: selfConsistency,
          options: { n: 2, temperature: 0.7, exemplars: [], shots: 8, choose: "given" },
          label: "a",
        });
        yield* run.solve({
          strategy: selfConsistency,
          options: { n: 3, temperature: 0.7, exemplars: [], shots: 8, choose: "given" },
          label: "b",
        });
      },
      select: () => majority(),
      cost: () => ({ calls: 3 }),
    });
    const policy = scriptedPolicy(answers(1, 2, 2));
    const solution = await solve("q", { strategy: twice, policy });
    expect(policy.left).toBe(0);
    expect(solution.candidates).toHaveLength(5);
    expect(solution.usage.logical.policy.calls).toBe(3);
  });

  it("judges an answer to a sub-question as such, and an equal text anew as an answer to the question", async () => {
    const asked: string[] = [];
    const outcome = {
      name: "by question",
      verifier: {
        async score(question: Question, candidates: readonly Candidate[]) {
          asked.push(question.text);
          return candidates.map(() => ({ value: question.text === "the part" ? 0.9 : 0.2 }));
        },
      },
    };
    const part = { strategy: bestOfN, options: { n: 1 } };
    const parted = defineStrategy({
      name: "parted",
      summary: "",
      family: "sampling",
      how: "It solves a part, and takes its answer for the whole.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
      options: z.strictObject({}),
      async *candidates(run) {
        const question = { ...run.question, text: "the part" };
        const options = part.strategy.options.parse(part.options);
        const inner = run.solve({ ...part, options, label: "part", question });
        for (;;) {
          const step = await inner.next();
          if (step.done === true) break;
          expect((await run.score([step.value]))[0]?.value).toBe(0.2);
          yield step.value;
        }
        expect(run.solved("part")?.pick?.support).toBe(0.9);
      },
      select: () => best(),
      cost: () => ({ calls: 1 }),
    });
    const solution = await solve("the whole", {
      strategy: parted,
      policy: scriptedPolicy(answers(1)),
      verifiers: { outcome },
    });
    expect(solution.pick?.support).toBe(0.2);
    expect(asked).toEqual(["the part", "the whole"]);
  });

  it("streams the events as they happen and returns the solution", async () => {
    const events: RunEvent[] = [];
    const running = stream("q", {
      strategy: selfConsistency,
      options: { n: 2 },
      policy: scriptedPolicy(answers(3, 3)),
    });
    let step = await running.next();
    for (; step.done !== true; step = await running.next()) events.push(step.value);
    expect(step.value.answer).toBe("3");
    expect(events.at(-1)?.type).toBe("run-end");
    expect(totalTokens(step.value.usage.logical)).toBeGreaterThan(0);
  });

  it("aborts the calls in flight when the reader of a stream leaves", async () => {
    let aborted = false;
    const hanging = {
      ...scriptedPolicy([]),
      sample: (_request: unknown, options?: { signal?: AbortSignal }) =>
        new Promise<never>((_, reject) =>
          options?.signal?.addEventListener("abort", () => {
            aborted = true;
            reject(options.signal?.reason);
          }),
        ),
    };
    for await (const event of stream("q", { strategy: selfConsistency, policy: hanging })) {
      if (event.type === "run-start") {
        await new Promise((resolve) => setTimeout(resolve, 5));
        break;
      }
    }
    expect(aborted).toBe(true);
  });

  it("hands strategies a question from which no reference can be reached", async () => {
    let texts: string[] = [];
    const spy = defineStrategy({
      name: "spy",
      summary: "",
      family: "sampling",
      how: "It yields what the test gives it.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
      options: z.strictObject({}),
      async *candidates(run) {
        texts = reachable(run);
        yield* sampleSolutions(run, { n: 1, temperature: 0 });
      },
      select: () => best(),
      cost: () => ({ calls: 1 }),
    });
    const { question } = problemOf({
      id: "p",
      text: "open text",
      kind: "number",
      reference: { answer: "HIDDEN", solution: "HIDDEN" },
    });
    await solve(question, { strategy: spy, policy: scriptedPolicy(answers(1)) });
    expect(texts).toContain("open text");
    expect(texts.filter((text) => text.includes("HIDDEN"))).toEqual([]);
  });
});

/** Every string that can be reached from a value by properties, symbols, getters, maps, sets and prototypes. */
function reachable(start: unknown): string[] {
  const seen = new Set<unknown>();
  const texts: string[] = [];
  const queue: unknown[] = [start];
  for (let value = queue.pop(); queue.length > 0 || value !== undefined; value = queue.pop()) {
    if (typeof value === "string") texts.push(value);
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) continue;
    seen.add(value);
    if (value instanceof Map) queue.push(...value.keys(), ...value.values());
    if (value instanceof Set) queue.push(...value);
    for (let level: object | null = value; level !== null; level = Object.getPrototypeOf(level)) {
      for (const key of Reflect.ownKeys(level)) {
        try {
          queue.push(Reflect.get(level, key, value));
        } catch {
          // an accessor that refuses gives nothing away
        }
      }
    }
  }
  return texts;
}
