import { mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { BudgetExceededError } from "../../src/core/errors.ts";
import type { RunEvent } from "../../src/core/events.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Policy, Sample, SampleRequest } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import type { Score } from "../../src/core/score.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import type { VerifierDefinition } from "../../src/core/verifier.ts";
import { fitLogistic } from "../../src/learned/logistic.ts";
import { featureGroups } from "../../src/learned/model.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { type RewardServer, startRewardServer } from "../fakes/reward-server.ts";
import { type Asking, candidateOf, withRun } from "../verifiers/asking.ts";

const verifiers = builtins().verifiers.all;
const kinds = ["outcome", "process"] as const;
const cases = verifiers.flatMap((definition) =>
  kinds.filter((kind) => definition[kind] !== undefined).map((kind) => ({ name: definition.name, kind, definition })),
);

const folder = mkdtempSync(join(tmpdir(), "contract-"));
let server: RewardServer;
beforeAll(async () => {
  server = await startRewardServer(({ body }) => ({
    json: {
      scores:
        (body.steps as string[][] | undefined)?.map((steps) => steps.map((step) => 1 / (1 + step.length))) ??
        (body.inputs as string[]).map((text) => 1 / (1 + text.length)),
    },
  }));
  const features = featureGroups(false, null);
  const width = features.text.length;
  const fitted = fitLogistic([new Array(width).fill(0), new Array(width).fill(1)], [false, true], 1);
  const model = { form: "logistic", ...fitted };
  for (const kind of kinds) {
    const size = { problems: 1, examples: 1, right: 1 };
    const area = { auc: null, low: null, high: null, withinProblem: null };
    const report = {
      from: [],
      labels: "",
      seed: "1",
      imputed: null,
      heads: [],
      train: size,
      heldOut: size,
      area,
      brier: 0,
      calibrationError: 0,
      selfCertainty: null,
      bestOf: [],
      milliseconds: 0,
    };
    writeFileSync(
      join(folder, kind),
      JSON.stringify({ format: "ruminate-verifier", version: 2, kind, features, model, report }),
    );
  }
});
afterAll(() => server.close());

/** Options of verifiers that need some; the others are taken as they come. */
function optionsOf(name: string, kind: "outcome" | "process"): Record<string, unknown> {
  if (name === "served") return { preset: kind === "outcome" ? "plain" : "plain-steps", url: server.url, attempts: 1 };
  if (name === "file") return { path: join(folder, kind) };
  const inner = kind === "outcome" ? "judge" : "step-judge";
  if (name === "ensemble") return { of: [inner] };
  if (name === "calibrated") return { verifier: inner };
  if (name === "check") return { command: "true" };
  return {};
}

const sandbox: Sandbox = {
  id: "fake",
  run: async () => ({ verdict: "ok", value: "4", stdout: "", error: "" }),
  dispose: async () => {},
};
const simulatedQuestion = { id: "q", text: generateProblem("contract", 1).text, kind: "number" as const };

const solutions = [
  ["First, 2 + 2 = 4.", "So the answer is \\boxed{4}."],
  ["It must be five.", "Because 2 + 2 = 5.", "The answer is \\boxed{5}."],
  ["First, 2 + 2 = 4.", "So the answer is \\boxed{4}."],
];

/** Scores as rows: one row per candidate, of one score for an outcome. */
function ask(
  { definition, kind }: { definition: VerifierDefinition; kind: "outcome" | "process" },
  given: readonly (readonly string[])[],
  asking: Asking = {},
  times = 1,
): Promise<Score[][][]> {
  return withRun(
    async (run: Run) => {
      const options = parseOptions(definition, optionsOf(definition.name, kind));
      const candidates = given.map((steps) => candidateOf(run, ...steps));
      const results: Score[][][] = [];
      for (let i = 0; i < times; i++) {
        if (kind === "outcome") {
          const scores = (await definition.outcome?.(options).score(run.question, candidates, run)) ?? [];
          results.push(scores.map((score) => [score]));
        } else {
          const paths = candidates.map(({ trajectory }) => trajectory);
          results.push((await definition.process?.(options).scoreSteps(run.question, paths, run)) ?? []);
        }
      }
      return results;
    },
    { question: simulatedQuestion, policy: simulatedPolicy(), sandbox, ...asking },
  );
}

/** A policy that answers with this text. */
const saying = (text: string): Policy => ({
  ...scriptedPolicy([]),
  sample: async (request: SampleRequest) =>
    request.seeds.map(
      (seed): Sample => ({
        text,
        finish: "stop",
        seed,
        promptTokens: 10,
        cachedPromptTokens: 0,
        completionTokens: 1,
        sharedPrompt: false,
        dollars: 0,
      }),
    ),
});

describe("every verifier", () => {
  it("has a name that equals its file's, and every file is in the table", () => {
    const files = readdirSync(resolve(import.meta.dirname, "../../verifiers"))
      .filter((name) => name.endsWith(".ts") && name !== "index.ts")
      .map((name) => name.replace(/\.ts$/, ""));
    expect(verifiers.map(({ name }) => name).sort()).toEqual(files.sort());
  });

  for (const { name, summary, options } of verifiers) {
    it(`${name} refuses options that it does not know, and says what it does in one line`, () => {
      const kind = verifiers.find((other) => other.name === name)?.outcome === undefined ? "process" : "outcome";
      const given = { ...optionsOf(name, kind), nonsense: 1 };
      expect(() => parseOptions({ name, options }, given)).toThrow(/nonsense/);
      expect(summary.length).toBeGreaterThan(10);
      expect(summary).not.toMatch(/\n|\.$/);
    });
  }

  for (const one of cases) {
    describe(`${one.name} (${one.kind})`, () => {
      it("gives one score for each candidate or step, in [0, 1] or null", async () => {
        const [rows] = await ask(one, solutions);
        expect(rows).toHaveLength(solutions.length);
        for (const [i, row] of (rows ?? []).entries()) {
          expect(row).toHaveLength(one.kind === "outcome" ? 1 : (solutions[i]?.length ?? 0));
          for (const { value } of row) expect(value === null || (value >= 0 && value <= 1)).toBe(true);
        }
        expect((await ask(one, []))[0]).toEqual([]);
      });

      it("scores the same content the same, beside others and when asked again", async () => {
        const [first, again] = await ask(one, solutions, {}, 2);
        const values = (rows: Score[][] | undefined) => rows?.map((row) => row.map(({ value }) => value));
        expect(values(again)).toEqual(values(first));
        expect(values(first)?.[2]).toEqual(values(first)?.[0]);
      });

      // Of served and learned verifiers the judgement does not rest on a reply or on the text's form.
      if (!["served", "file"].includes(one.name)) {
        it("gives null, not 0, where it cannot judge", async () => {
          const [rows] = await ask(one, [["I do not know"]], {
            question: "Why?",
            policy: saying("I really do not know."),
          });
          expect(rows?.flat().map(({ value }) => value)).toEqual(rows?.flat().map(() => null));
          expect(rows?.flat().every(({ reason }) => reason !== undefined && reason !== "")).toBe(true);
        });
      }

      it("stays within the budget: with none left it asks nothing or says so", async () => {
        const events: RunEvent[] = [];
        const asked = ask(one, solutions, { budget: { tokens: 1 }, events });
        const outcome = await asked.then(
          () => null,
          (error: unknown) => error,
        );
        if (outcome !== null) expect(outcome).toBeInstanceOf(BudgetExceededError);
        const calls = events.filter(({ type }) => type === "call-end");
        if (one.name !== "served" && one.name !== "simulated") expect(calls).toEqual([]);
      });

      it("stops when the signal fires, and charges what it asks to the verifier", async () => {
        const stop = new AbortController();
        const waiting: Policy = {
          ...scriptedPolicy([]),
          sample: (_request, options) =>
            new Promise((_resolve, reject) => {
              options?.signal?.addEventListener("abort", () => reject(options.signal?.reason));
              setTimeout(() => stop.abort(new Error("stopped")), 5);
            }),
        };
        const outcome = await ask(one, solutions, { policy: waiting, signal: stop.signal }).then(
          () => "done without a model",
          (error: Error) => error.message,
        );
        expect(["done without a model", "stopped"]).toContain(outcome);
        const events: RunEvent[] = [];
        await ask(one, solutions, { events });
        const roles = events.flatMap((event) => (event.type === "call-end" ? [event.role] : []));
        expect(roles.filter((role) => role !== "verifier")).toEqual([]);
        if (outcome === "stopped") expect(roles.length).toBeGreaterThan(0);
      });
    });
  }
});
