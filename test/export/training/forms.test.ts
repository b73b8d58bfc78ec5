import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FormContext } from "../../../src/export/training/form.ts";
import { trainingForms } from "../../../src/export/training/forms/index.ts";
import { wordDistance } from "../../../src/export/training/forms/step-pairs.ts";
import { trajectories } from "../../../src/export/training/forms/trajectories.ts";
import { isIndependent, type PooledCandidate, type PooledTrial, poolOf } from "../../../src/export/training/pool.ts";
import { passWeight } from "../../../src/export/training/rates.ts";
import { accuracyOf, parseProblem, simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { smallRun } from "../../runs/small-run.ts";
import { type AnyRow, dials, exported, rowsOf, trainingFolder } from "./training-run.ts";

const contentOf = (words: AnyRow[string]): string => words.map(({ content }: AnyRow) => content).join("");

const problemOf = (text: string) => {
  const problem = parseProblem(text);
  if (problem === null) throw new Error("the generator wrote a problem that the parser cannot read");
  return problem;
};

describe("training sets", () => {
  it.each(trainingForms.map((form) => [form.name, form] as const))(
    "%s: rows fit the form's schema",
    async (name, form) => {
      const folder = await trainingFolder();
      for (const plain of [false, true]) {
        const { rows, card } = exported(name, [folder], { wording: { plain } });
        expect(rows.length).toBeGreaterThan(0);
        expect(card).toMatchObject({ form: name, rows: rows.length });
        for (const row of rows) {
          const read = form.row.safeParse(row);
          expect(read.error?.issues ?? []).toEqual([]);
          expect(read.data).toEqual(row);
        }
      }
    },
  );

  it("are the same bytes again, compressed ones too", async () => {
    const folder = await trainingFolder();
    const { text } = exported("pairs", [folder]);
    expect(exported("pairs", [folder]).text).toBe(text);
    const target = join(temporaryFolder(), "pairs.jsonl.gz");
    exported("pairs", [folder], { target });
    expect(gunzipSync(readFileSync(target)).toString()).toBe(text);
    expect(JSON.parse(readFileSync(join(target, "..", "pairs.card.json"), "utf8"))).toMatchObject({ form: "pairs" });
  });
});

describe("prefix-values and weights", () => {
  it("are the exact chances of the simulated policy within what chance allows", async () => {
    const { rows } = exported("prefix-values", [await trainingFolder()], {
      arms: ["many"],
      options: { rows: "prefixes" },
    });
    const steps = Map.groupBy(rows, ({ step }) => step);
    expect(steps.size).toBe(5);
    // Prefixes of one length share no draw.
    for (const prefixes of steps.values()) {
      let [surplus, variance] = [0, 0];
      for (const { prompt, completion, step, right, count } of prefixes) {
        const problem = problemOf(contentOf(prompt));
        const value = Number(/.*(?:= |boxed\{)(-?\d+)/s.exec(contentOf(completion))?.[1]);
        const p = accuracyOf(problem, dials, { step: Math.min(step, problem.operations.length), value });
        surplus += right - count * p;
        variance += count * p * (1 - p);
        if (p === 0 || p === 1) expect(right).toBe(count * p);
      }
      expect(Math.abs(surplus)).toBeLessThanOrEqual(3 * Math.sqrt(variance));
    }
  });

  it("solve rates too, over independent draws alone", async () => {
    const { rows, card } = exported("weights", [await trainingFolder()], { options: { n: [1, 4] } });
    expect(rows).toHaveLength(6);
    for (const { prompt, solve_rate, drawn, n, weights, pass } of rows) {
      const p = accuracyOf(problemOf(contentOf(prompt)), dials);
      expect(Math.abs(solve_rate - p) / Math.sqrt((p * (1 - p)) / drawn)).toBeLessThan(3.5);
      expect(n).toEqual([1, 4]);
      expect(weights[0]).toBe(1);
      expect(weights[1]).toBeCloseTo(passWeight(4, solve_rate), 12);
      expect(pass[0]).toBeCloseTo(solve_rate, 12);
      expect(drawn).toBeGreaterThanOrEqual(160);
      expect(drawn).toBeLessThan(190);
    }
    expect(card.leftOut["trials without texts"]).toBeUndefined();
  });

  it("neither a completion of a beginning that was put there nor a step of a search within a strategy is a draw", async () => {
    const plain = "{name: self-consistency, options: {n: 12}, label: plain}";
    const others = [
      "{name: critical-token, options: {rollouts: 4, samples: 2, branches: 4}, label: critical}",
      "{name: entropy-branching, options: {n: 6}, label: entropy}",
      "{name: ensemble, options: {members: [{name: mcts, options: {simulations: 4}}, {name: self-consistency, options: {n: 4}}]}, label: within}",
    ];
    const made = (all: readonly string[]) =>
      smallRun(
        { open: async () => ({ policy: simulatedPolicy(dials), simulated: true }) },
        `
name: draws
dataset: {name: arithmetic, options: {count: 4, minSteps: 3, maxSteps: 4}}
policy: simulated
strategies: [${all.join(", ")}]
baselines: false
keep: [steps, logprobs]
`,
      );
    const counts = (rows: readonly AnyRow[]) => rows.map(({ right, drawn }) => ({ right, drawn }));
    const alone = exported("weights", [await made([plain])]);
    const folder = await made([plain, ...others]);
    const within = exported("weights", [folder], { arms: ["plain", "within"] });
    expect(counts(within.rows)).toEqual(counts(alone.rows));
    // The first attempts of the others are drawn by themselves: the greedy one, and two of the twelve.
    const beside = exported("weights", [folder]);
    for (const [i, { drawn }] of counts(beside.rows).entries()) {
      expect(drawn - (alone.rows[i]?.drawn ?? 0)).toBeLessThanOrEqual(1);
    }
    const sources = exported("prefix-values", [folder], { options: { rows: "solutions" } }).rows.map(
      ({ source }) => source,
    );
    const traces = rowsOf(readFileSync(join(folder, "traces.jsonl"), "utf8"));
    const candidateOf = ({ arm, problem, candidate }: AnyRow) =>
      traces.find((trace) => trace.arm === arm && trace.problem === problem)?.candidates[candidate];
    const noted = sources.map((source) => Object.keys(candidateOf(source).notes ?? {}));
    expect(noted.flat()).not.toEqual(expect.arrayContaining(["probe"]));
    expect(noted.flat()).not.toEqual(expect.arrayContaining(["branch"]));
  });

  it("notes are enough to say that a text goes on from a beginning, or that others of its trial were dropped", () => {
    type Notes = PooledCandidate["traced"]["notes"];
    const candidate = (notes?: Notes, other?: Notes) => {
      const traced = { notes };
      const trace = { nodes: undefined, candidates: [traced, { notes: other }] };
      return { of: { trace }, traced, record: {} } as unknown as PooledCandidate;
    };
    expect(isIndependent(candidate())).toBe(true);
    expect(isIndependent(candidate({ plain: true }))).toBe(true);
    expect(isIndependent(candidate({ prefixed: true }))).toBe(false);
    expect(isIndependent(candidate({}, { plain: true }))).toBe(true);
    expect(isIndependent(candidate({}, { dropped: true }))).toBe(false);
  });

  it("name the ability by the kind of the answer, and none where the run has no kinds on record", async () => {
    const [folder, copy] = [await trainingFolder(), temporaryFolder()];
    expect(new Set(exported("weights", [folder]).rows.map(({ ability }) => ability))).toEqual(new Set([null]));
    for (const file of ["results.jsonl", "traces.jsonl"]) copyFileSync(join(folder, file), join(copy, file));
    const summary = JSON.parse(readFileSync(join(folder, "summary.json"), "utf8"));
    const [{ name }] = summary.datasets;
    for (const [kind, ability] of [
      ["number", "math"],
      ["choice", "choice"],
      ["code", "code"],
    ] as const) {
      writeFileSync(join(copy, "summary.json"), JSON.stringify({ ...summary, kinds: { [name]: kind } }));
      const { rows } = exported("weights", [copy]);
      expect(rows.length).toBeGreaterThan(0);
      expect(new Set(rows.map((row) => row.ability))).toEqual(new Set([ability]));
    }
  });

  it("F(N, p) is the factor by which the gradient of pass@N exceeds that of the likelihood", () => {
    for (const p of [0.01, 0.2, 0.7]) {
      for (const n of [1, 2, 8]) {
        const logPass = (q: number) => Math.log(1 - (1 - q) ** n);
        const step = 1e-6;
        const slope = (logPass(p + step) - logPass(p - step)) / (Math.log(p + step) - Math.log(p - step));
        expect(passWeight(n, p)).toBeCloseTo(slope, 5);
      }
    }
    expect([passWeight(4, 0), passWeight(4, 1), passWeight(1, 1)]).toEqual([1, 0, 1]);
  });

  it("tokens have the value of what is written so far", async () => {
    const { rows } = exported("token-values", [await trainingFolder()], { arms: ["many"] });
    for (const { tokens, values, counts, completion, right } of rows.slice(0, 50)) {
      expect(tokens.join("")).toBe(contentOf(completion));
      expect(values).toHaveLength(tokens.length);
      if (counts.at(-1) === 1) expect(values.at(-1)).toBe(Number(right));
      expect(counts.every((count: number, i: number) => i === 0 || count <= counts[i - 1])).toBe(true);
    }
  });
});

describe("sft, pairs, kto and ranked", () => {
  it("sft rows are right, distinct, and best first", async () => {
    const folder = await trainingFolder();
    const { rows } = exported("sft", [folder], { arms: ["judged"], options: { most: 2, by: "score" } });
    const traces = rowsOf(readFileSync(join(folder, "traces.jsonl"), "utf8"));
    for (const { source, completion, score } of rows) {
      const trace = traces.find(({ arm, problem }) => arm === source.arm && problem === source.problem);
      const of = trace?.candidates[source.candidate];
      expect(of).toMatchObject({ correct: true, text: contentOf(completion), score });
    }
    const keys = rows.map(({ source, completion }) => `${source.problem}${contentOf(completion)}`);
    expect(new Set(keys).size).toBe(keys.length);
    const byProblem = Map.groupBy(rows, ({ source }) => source.problem);
    for (const [first, second] of byProblem.values()) {
      if (second !== undefined) expect(first?.score).toBeGreaterThanOrEqual(second.score);
    }
    const byValue = exported("sft", [folder], { arms: ["search"], options: { by: "value" } });
    expect(byValue.rows.every(({ value }) => value !== null)).toBe(true);
  });

  it("steps that compute the same are one solution, whatever their words", async () => {
    const folder = await trainingFolder();
    const [byText, bySteps] = ["text", "steps"].map((dedupe) => exported("sft", [folder], { options: { dedupe } }));
    expect(bySteps?.rows.length).toBeLessThan((byText?.rows.length ?? 0) / 4);
  });

  it("pairs set a right over a wrong solution of one problem, and use each before one is used again", async () => {
    const { rows } = exported("pairs", [await trainingFolder()], { arms: ["many"], options: { most: 5 } });
    expect(rows.length).toBeGreaterThan(20);
    for (const { chosen_source: a, rejected_source: b, chosen, rejected } of rows) {
      expect(a.problem).toBe(b.problem);
      expect(contentOf(chosen)).not.toBe(contentOf(rejected));
    }
    const seen = rows.map(({ chosen_source: { problem, candidate } }) => `${problem} ${candidate}`);
    expect(new Set(seen).size).toBeGreaterThan(0.9 * seen.length);
  });

  it("pairs of corrections are a right revision over the wrong draft that it revises", async () => {
    const { rows } = exported("pairs", [await trainingFolder()], { options: { by: "revision" } });
    for (const { chosen_source: a, rejected_source: b } of rows) {
      expect([a.arm, b.arm]).toEqual(["corrected", "corrected"]);
      expect(b.candidate).toBeLessThan(a.candidate);
    }
    expect(rows.length).toBeGreaterThan(0);
  });

  it("pairs of two arms are a right one of the teacher's over any of the student's", async () => {
    const folder = await trainingFolder();
    const options = { by: "arms", chosenArm: "stepwise", rejectedArm: "judged" };
    const { rows } = exported("pairs", [folder], { options });
    expect(rows.length).toBeGreaterThan(0);
    for (const { chosen_source: a, rejected_source: b } of rows) expect([a.arm, b.arm]).toEqual(["stepwise", "judged"]);
    expect(() => exported("pairs", [folder], { options: { by: "arms" } })).toThrow("needs chosenArm");
  });

  it("kto is balanced over what its masks leave", async () => {
    const [folder, copy] = [await trainingFolder(), temporaryFolder()];
    for (const file of ["results.jsonl", "summary.json"]) copyFileSync(join(folder, file), join(copy, file));
    const traces = rowsOf(readFileSync(join(folder, "traces.jsonl"), "utf8"));
    // Of every second right solution the steps are not known.
    let right = 0;
    for (const { candidates } of traces)
      for (const candidate of candidates) if (candidate.correct && right++ % 2 === 0) candidate.lengths = null;
    writeFileSync(join(copy, "traces.jsonl"), traces.map((trace) => `${JSON.stringify(trace)}\n`).join(""));
    const { rows, card } = exported("kto", [copy], { arms: ["judged"], options: { balance: true } });
    expect(card.leftOut["its steps are not known (keep: [steps])"]).toBeGreaterThan(0);
    expect(rows.length).toBeGreaterThan(0);
    for (const members of Map.groupBy(rows, ({ source }) => source.problem).values()) {
      expect(members.filter(({ label }) => label)).toHaveLength(members.length / 2);
    }
  });

  it("kto can be balanced, ranked is in order", async () => {
    const folder = await trainingFolder();
    const kto = exported("kto", [folder], { options: { balance: true } });
    expect(kto.rows.filter(({ label }) => label)).toHaveLength(kto.rows.length / 2);
    for (const { ranks, labels } of exported("ranked", [folder], { pool: "arm" }).rows) {
      expect(ranks[0]).toBe(1);
      expect(ranks.toSorted((a: number, b: number) => a - b)).toEqual(ranks);
      expect(labels).toEqual(labels.toSorted((a: boolean, b: boolean) => Number(b) - Number(a)));
    }
  });
});

describe("step-pairs, rewards and trajectories", () => {
  it("siblings come with Q, advantage and margin as the tree has them", async () => {
    const folder = await trainingFolder();
    const { rows } = exported("step-pairs", [folder]);
    const traces = rowsOf(readFileSync(join(folder, "traces.jsonl"), "utf8"));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      const { problem, parent, chosen, rejected } = row.source;
      const nodes: AnyRow[] = traces.find((trace) => trace.arm === "search" && trace.problem === problem)?.nodes;
      const [p, a, b] = [parent, chosen, rejected].map((id) => nodes.find(({ node }) => node === id));
      expect([a?.parent, b?.parent]).toEqual([parent, parent]);
      expect(row.q_chosen - row.q_rejected).toBe(row.margin);
      expect([row.q_chosen, row.q_rejected]).toEqual([a?.value, b?.value]);
      if (p !== undefined) expect(row.advantage_chosen).toBe(a?.value - p.value);
      expect(row.margin).toBeGreaterThan(0);
    }
    expect(wordDistance("a b c", "a x c")).toBeCloseTo(1 / 3, 12);
    expect([wordDistance("a b", "a b"), wordDistance("a", "b c")]).toEqual([0, 1]);
  });

  it("rewards add up, and progress to what the last step reached", async () => {
    const { rows } = exported("rewards", [await trainingFolder()], { options: { weight: 0.5 } });
    for (const { rewards, returns, clip_delta, right, progress, scores } of rows) {
      const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
      expect(sum(rewards)).toBeCloseTo(sum(clip_delta) + Number(right), 9);
      expect(returns[0]).toBeCloseTo(sum(rewards), 9);
      expect(sum(progress) - progress[0]).toBeCloseTo(scores.at(-1) - scores[0], 9);
    }
  });

  it("a solution's reward mixes the outcome verifier's own number with its verdict", async () => {
    const [folder, copy] = [await trainingFolder(), temporaryFolder()];
    for (const file of ["results.jsonl", "summary.json"]) copyFileSync(join(folder, file), join(copy, file));
    const traces = readFileSync(join(folder, "traces.jsonl"), "utf8");
    writeFileSync(join(copy, "traces.jsonl"), traces.replaceAll(/"score":0\.\d+/g, '$&,"raw":2'));
    const { rows } = exported("rewards", [copy], { arms: ["judged"], options: { rows: "solutions" } });
    expect(new Set(rows.map(({ right }) => right))).toEqual(new Set([true, false]));
    for (const { reward, right } of rows) expect(reward).toBeCloseTo(1 / (1 + Math.exp(-1)) + Number(right) - 1, 12);
    expect(exported("rewards", [folder], { options: { rows: "solutions" } }).rows).toEqual([]);
  });

  it("trajectories pair what was asked alike, and count right ones without such a one", () => {
    const candidate = (text: string, correct: boolean) =>
      [
        { text, answer: "5", score: null, correct, lengths: [{ own: text.length }] },
        { correct, complete: true, answer: "5", class: 0, score: null, tokens: 1 },
      ] as const;
    const trialOf = (arm: string, all: readonly ReturnType<typeof candidate>[]) => ({
      ...{ run: "r", policy: "m" },
      trial: { dataset: "d", problem: "p", arm, strategy: "s", seed: 1, candidates: all.map(([, record]) => record) },
      trace: { question: "q", arm, candidates: all.map(([traced]) => traced) },
    });
    const trials = [
      trialOf("a", [candidate("one", true), candidate("two", true)]),
      trialOf("b", [candidate("three", false), candidate("four", true)]),
    ];
    const left: Record<string, number> = {};
    const context = {
      seed: "1",
      leave: (reason: string, count = 1) => {
        left[reason] = (left[reason] ?? 0) + count;
      },
      wording: { messages: ({ of }: PooledCandidate) => [{ role: "user", content: of.trial.arm }] },
    } as unknown as FormContext;
    const given = trajectories.options.parse({ rows: "pairs" });
    const rows: AnyRow[] = [...trajectories.rows(poolOf(trials as unknown as PooledTrial[]), given, context)];
    expect(rows.map(({ chosen, rejected }) => [contentOf(chosen), contentOf(rejected)])).toEqual([["four", "three"]]);
    expect(left).toEqual({ "right ones without a wrong one that was asked alike": 2 });
  });

  it("a trajectory's mask is one a message, and only its last message has a reward", async () => {
    for (const { messages, loss_mask, rewards, reward } of exported("trajectories", [await trainingFolder()]).rows) {
      expect(loss_mask).toEqual(messages.map(({ role }: AnyRow) => Number(role === "assistant")));
      expect(rewards).toEqual(messages.map((_: unknown, i: number) => (i === messages.length - 1 ? reward : 0)));
    }
  });
});

describe("what is held out", () => {
  const problems = (rows: readonly AnyRow[]) => new Set(rows.map(({ source }) => source.problem));

  it("the split has two sides that share no problem and lose none", async () => {
    const folder = await trainingFolder();
    const [train, test, all] = (["train", "held-out", "all"] as const).map((split) =>
      problems(exported("kto", [folder], { heldOut: { split } }).rows),
    );
    expect([...(train ?? [])].filter((problem) => test?.has(problem))).toEqual([]);
    expect(new Set([...(train ?? []), ...(test ?? [])])).toEqual(all);
    expect(test?.size).toBeGreaterThan(0);
  });

  it("ids, whole questions and runs of words keep a problem out, and the card counts it", async () => {
    const folder = await trainingFolder();
    const [first] = exported("weights", [folder]).rows;
    const id = first?.extra_info.id as string;
    const byId = exported("kto", [folder], { heldOut: { excludeIds: [id] } });
    expect(problems(byId.rows).has(id)).toBe(false);
    expect(byId.card.leftOut["problems held out by name or text"]).toBe(1);
    const file = join(temporaryFolder(), "test.jsonl");
    const question = contentOf(first?.prompt).toUpperCase().replaceAll(" ", "  ");
    writeFileSync(file, `${JSON.stringify({ problem: question })}\n`);
    expect(problems(exported("kto", [folder], { heldOut: { heldOut: [file], overlap: 0 } }).rows).has(id)).toBe(false);
    const part = question.trim().split(/\s+/).slice(2, 17).join(" ");
    writeFileSync(file, `Once upon a time ${part} indeed\n`);
    expect(problems(exported("kto", [folder], { heldOut: { heldOut: [file] } }).rows).has(id)).toBe(false);
    expect(problems(exported("kto", [folder], { heldOut: { heldOut: [file], overlap: 0 } }).rows).has(id)).toBe(true);
  });
});
