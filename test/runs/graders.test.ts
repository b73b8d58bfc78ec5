import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { nearest, shown } from "../../examples/grader.ts";
import { builtins } from "../../src/builtins.ts";
import { addPlugin } from "../../src/core/catalogue.ts";
import { defineGrader, type GraderDefinition } from "../../src/core/grader.ts";
import { problemOf } from "../../src/core/problem.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import { openGrader, withGrader } from "../../src/runs/graders/open-grader.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { mergeRuns } from "../../src/runs/merging/merge.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import { regradeRun } from "../../src/runs/regrade-run.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "./small-run.ts";

const yaml = (more = "") => `
name: graded
dataset: {name: arithmetic, options: {count: 16, minSteps: 3, maxSteps: 5}}
policy: simulated
strategies: [chain-of-thought, {name: self-consistency, options: {n: 3}}]
${more}`;

/** The built-ins with graders of a plug-in, whose code has this hash. */
function catalogueWith(graders: Readonly<Record<string, GraderDefinition<never>>>, hash = "first") {
  const catalogue = builtins();
  addPlugin(catalogue, "mine.ts", graders, { path: "mine.ts", hash });
  return catalogue;
}

const withNearest = (hash?: string) => catalogueWith({ nearest } as never, hash);
const summaryIn = (out: string) => JSON.parse(readFileSync(join(out, "summary.json"), "utf8")) as ExperimentSummary;
const recordsIn = (out: string) =>
  readFileSync(join(out, "results.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TrialRecord);

const near = "grade: {name: nearest, options: {within: 0.2}}";
const run = (out: string, text: string, parts: Parameters<typeof simulatedSetup>[1] = {}) =>
  runExperiment(parseExperiment("graded.yaml", text), simulatedSetup(out, parts));

/** A policy whose draws are counted. */
function counted() {
  const policy = simulatedPolicy({ stepError: 0.15, spread: 0.8 });
  const seen = { draws: 0 };
  const sample: typeof policy.sample = (request, options) => {
    seen.draws++;
    return policy.sample(request, options);
  };
  return { seen, open: async () => ({ policy: { ...policy, sample }, simulated: true }) };
}

describe("a grader of a plug-in", () => {
  it("decides every candidate, and stands in the record and the summary", async () => {
    const out = temporaryFolder();
    const summary = await run(out, yaml(near), { catalogue: withNearest() });
    expect(summary.identity?.gradedBy).toMatchObject({ name: "nearest", options: { within: 0.2 } });
    const version = summary.identity?.gradedBy?.version;
    for (const { verdict, grader, candidates, answer, reference } of recordsIn(out)) {
      expect(grader).toEqual({ name: "nearest", version });
      const isNear = (text: string | null) => Math.abs(Number(text) - Number(reference)) <= 0.2 * Number(reference);
      expect(verdict === "correct").toBe(isNear(answer));
      for (const one of candidates) expect(one.correct).toBe(isNear(one.answer));
    }
  });

  it("is held against stored trials: another one, other options or edited code grade all of them again", async () => {
    const out = temporaryFolder();
    const { seen, open } = counted();
    const notes: string[] = [];
    const parts = { open, onNote: (note: string) => notes.push(note) };
    const plain = await run(out, yaml(), parts);
    const drawn = seen.draws;
    await run(out, yaml(near), { ...parts, catalogue: withNearest() });
    await run(out, yaml(near.replace("0.2", "0.3")), { ...parts, catalogue: withNearest() });
    await run(out, yaml(near.replace("0.2", "0.3")), { ...parts, catalogue: withNearest("second") });
    expect(new Set(recordsIn(out).map(({ grader }) => grader?.version)).size).toBe(1);
    const again = await run(out, yaml(), parts);
    expect(notes.map((note) => note.replace(/ 32 trials.*$/, ""))).toEqual([
      "The grader is another: the reference then, nearest now.",
      "The grader nearest has other options.",
      "The grader nearest was edited.",
      "The grader is another: nearest then, the reference now.",
    ]);
    expect(seen.draws).toBe(drawn);
    expect(again.arms.map(({ correct }) => correct)).toEqual(plain.arms.map(({ correct }) => correct));
    expect(recordsIn(out).every(({ grader }) => grader === undefined)).toBe(true);
  });

  it("leaves undecided what it throws at, with the reason, and what is no verdict", async () => {
    const grade = (attempt: { readonly answer: string }) => {
      if (Number(attempt.answer) % 2 === 0) throw new TypeError("even numbers frighten me");
      return "yes" as never;
    };
    const frail = defineGrader({ name: "frail", summary: "fails", options: z.strictObject({}), grade });
    const out = temporaryFolder();
    const summary = await run(out, yaml("grade: {name: frail}"), { catalogue: catalogueWith({ frail } as never) });
    expect(summary.arms.map(({ n, undecided }) => n === undecided)).toEqual([true, true]);
    const rules = new Set(recordsIn(out).map(({ rule }) => rule));
    expect([...rules].sort()).toEqual([
      "grader frail failed: TypeError: even numbers frighten me",
      "grader frail gave a value of type string; it must give true, false or null",
    ]);
  });

  it("has no way to change what it is shown", async () => {
    const wilful = defineGrader({
      name: "wilful",
      summary: "writes the reference",
      options: z.strictObject({}),
      grade: ({ problem, answer }) => {
        (problem.reference as { answer: string }).answer = answer;
        return true;
      },
    });
    const experiment = parseExperiment("graded.yaml", yaml("grade: {name: wilful}"));
    const grader = openGrader(experiment, catalogueWith({ wilful } as never));
    const problem = problemOf({ id: "p", text: "1 + 1?", kind: "number", reference: { answer: "2" } });
    const { verdict, rule } = (await grader?.grade(problem, "3", null)) ?? {};
    expect([verdict, problem.reference.answer]).toEqual(["undecided", "2"]);
    expect(rule).toMatch(/TypeError: Cannot assign to read only property/);
  });

  it("is refused before the run by name, by options, and with a model that a function does not ask", () => {
    const open = (grade: string) => {
      const experiment = parseExperiment("graded.yaml", yaml(`grade: ${grade}`));
      return openGrader(withGrader(experiment, withNearest()), withNearest());
    };
    expect(() => open("{name: neerest}")).toThrow(/Unknown grader "neerest". Did you mean "nearest"/);
    expect(() => open("{name: nearest, options: {wthin: 1}}")).toThrow(/nearest: does not know "wthin". Known: within/);
    expect(() => open("{name: nearest, options: {within: -1}}")).toThrow(/"within" must be/);
    expect(() => open("{name: nearest, model: judge}")).toThrow(/a function: it has no model/);
    expect(() => open("{name: nearest, optons: {}}")).toThrow(/does not know "optons". Did you mean "options"/);
    expect(() => open("{judge: critique, treshold: 1}")).toThrow(/Did you mean "threshold"/);
    expect(open("{name: reference}")).toBeNull();
  });

  it("keeps runs of different graders from being merged", async () => {
    const [one, two] = [temporaryFolder(), temporaryFolder()];
    await run(one, yaml(), { part: { shard: { index: 1, of: 2 } } });
    await run(two, yaml(near), { catalogue: withNearest(), part: { shard: { index: 2, of: 2 } } });
    const folders = [one, two].map((path, i) => ({ name: `part-${i + 1}`, path }));
    expect(() => mergeRuns(folders, temporaryFolder(), { catalogue: builtins() })).toThrow(
      /The grader is another: the reference in part-1, nearest in part-2/,
    );
  });
});

describe("a finished run graded again from its folder", () => {
  it("opens no model, has the figures of a run that was graded so from the start, and goes back", async () => {
    const [out, fresh] = [temporaryFolder(), temporaryFolder()];
    const { seen, open } = counted();
    await run(out, yaml("metrics: [accuracy]"), { open });
    const before = summaryIn(out);
    const drawn = seen.draws;
    const setup = { catalogue: withNearest(), sandbox: null, open: () => Promise.reject(new Error("asked a model")) };
    const { moved } = await regradeRun(out, { ...setup, grader: { name: "nearest", options: { within: 0.2 } } });
    expect(Object.keys(moved)).toEqual(["incorrect → correct"]);
    await run(fresh, yaml(`${near}\nmetrics: [accuracy]`), { catalogue: withNearest() });
    const [again, there] = [summaryIn(out), summaryIn(fresh)];
    const figures = ({ arms, metrics, identity }: ExperimentSummary) => [
      arms.map(({ arm, correct, accuracy, coverage }) => [arm, correct, accuracy, coverage]),
      ...[metrics, identity],
    ];
    expect(figures(again)).toEqual(figures(there));
    expect(seen.draws).toBe(drawn);
    await regradeRun(out, { ...setup, grader: { name: "reference", options: {} } });
    expect(figures(summaryIn(out))).toEqual(figures(before));
  });
});

describe("a judge of a plug-in", () => {
  it("asks the model that is named, sees the reference, and its cost stays apart", async () => {
    const out = temporaryFolder();
    const reply: ScriptEntry = ({ messages }) => (/answer is -?\d+/.test(String(messages[0]?.content)) ? "Yes." : "?");
    const judge = scriptedPolicy(Array(32).fill(reply));
    const solver = simulatedPolicy({ stepError: 0.15 });
    const open = async (spec: unknown) => ({ policy: spec === "openai:judge" ? judge : solver, simulated: true });
    const text = yaml('models: {examiner: "openai:judge"}\ngrade: {name: shown, model: examiner}');
    const summary = await run(out, text, { catalogue: catalogueWith({ shown } as never), open });
    expect(summary.judging?.[0]).toMatchObject({ judge: "shown", judged: 32, unread: 0 });
    for (const { verdict, judged, rule } of recordsIn(out)) {
      expect([verdict, rule, judged?.usage.verifier.calls]).toEqual(["correct", "judge shown: said yes", 1]);
    }
  });
});
