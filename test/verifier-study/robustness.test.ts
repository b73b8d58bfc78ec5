import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { compareCommand, evalCommand } from "../../src/cli/verifier.ts";
import { InvalidOptionError } from "../../src/core/errors.ts";
import type { OutcomeVerifier } from "../../src/core/verifier.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { cohenKappa, fleissKappa } from "../../src/statistics/rewards/agreement.ts";
import { compareVerifiers } from "../../src/verifier-study/compare.ts";
import { type EvaluateOptions, evaluateVerifier } from "../../src/verifier-study/evaluate.ts";
import type { BenchmarkItem } from "../../src/verifier-study/items.ts";
import type { VerifierReport } from "../../src/verifier-study/report.ts";
import { itemVariants } from "../../src/verifier-study/variants.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";

const folder = temporaryFolder();
const data = join(folder, "traces.jsonl");

/** Sums of Mary's, of which every second solution is right. */
beforeAll(() => {
  const lines = Array.from({ length: 12 }, (_, i) => {
    const question = `Mary has ${i + 2} apples and gives John 1 of them. How many apples does Mary have?`;
    const candidate = (slip: number, way: number) => ({
      text: `Mary begins with ${i + 2}, way ${way}.\n\nShe gives John 1.\n\nSo Mary has \\boxed{${i + 1 + slip}}.`,
      answer: String(i + 1 + slip),
      correct: slip === 0,
    });
    return JSON.stringify({ problem: `p${i}`, question, candidates: [0, 1, 0, 2].map(candidate) });
  });
  writeFileSync(data, lines.join("\n"));
});

const scoring = (score: (text: string, index: number, question: string) => number | null): OutcomeVerifier => ({
  score: async (question, candidates) => candidates.map(({ text }, i) => ({ value: score(text, i, question.text) })),
});
const numberIn = (pattern: RegExp, text: string) => Number(pattern.exec(text)?.[1]);
/** Checks the sum; knows only apples and people by what they do. */
const exact = (text: string, _index: number, question: string) =>
  numberIn(/boxed\{(\d+)/, text) === numberIn(/(\d+)/, question) - 1 ? 0.9 : 0.1;

let count = 0;
const evaluate = (verifier: OutcomeVerifier, options: Partial<EvaluateOptions> = {}): Promise<VerifierReport> =>
  evaluateVerifier({
    benchmark: "run",
    data,
    out: join(folder, `out-${count++}`),
    verifier: "v",
    verifiers: () => ({ outcome: { name: "v", verifier } }),
    policy: scriptedPolicy([]),
    robustness: true,
    ...options,
  });
const changeOf = (report: VerifierReport, variant: string) => report.robustness.find((one) => one.variant === variant);

describe("changes that should not matter", () => {
  it("keep every number and the count of steps; names change alike in question and solutions", () => {
    const item: BenchmarkItem = {
      id: "i",
      question: "Mary has 3 apples and buys 4 more at the store. How many apples does Mary have?",
      subset: "s",
      cluster: "c",
      solutions: [
        { steps: ["Mary has 3.\n\n", "Mary buys 4, so 3 + 4 = 7.\n\n", "The answer is 7."], correct: true },
        { steps: ["So 8."], correct: false },
      ],
    };
    const numbers = (one: BenchmarkItem) =>
      [one.question, ...one.solutions.flatMap(({ steps }) => steps)].map((text) => text.match(/\d+/g)?.join(" "));
    const applied = itemVariants.filter(({ name, change }) => {
      const changed = change(item, "1");
      if (changed === null || name === "order") return changed !== null;
      expect(numbers(changed)).toEqual(numbers(item));
      expect(changed.solutions.map(({ steps }) => steps.length)).toEqual([3, 1]);
      expect(JSON.stringify(changed)).not.toBe(JSON.stringify(item));
      return true;
    });
    expect(applied.map(({ name }) => name)).toEqual(expect.arrayContaining(["names", "padding", "order"]));
    const renamed = itemVariants.find(({ name }) => name === "names")?.change(item, "1");
    const [, name = ""] = /^(\w+) has/.exec(renamed?.question ?? "") ?? [];
    expect(name).not.toBe("Mary");
    expect(renamed?.solutions[0]?.steps.slice(0, 2)).toEqual([
      `${name} has 3.\n\n`,
      `${name} buys 4, so 3 + 4 = 7.\n\n`,
    ]);
  });

  it("do not move a verifier that reads the mathematics", async () => {
    const report = await evaluate(scoring(exact));
    expect(report.robustness.length).toBeGreaterThanOrEqual(3);
    for (const one of report.robustness)
      expect(one).toMatchObject({
        auc: 1,
        variantAuc: 1,
        shift: 0,
        distance: 0,
        flips: 0,
        correlation: 1,
        solutions: 48,
      });
  });

  it("show length, name and position bias, each by its own change", async () => {
    const long = await evaluate(
      scoring((text, i, question) => Math.min(1, exact(text, i, question) / 2 + text.length / 400)),
    );
    expect(changeOf(long, "padding")?.shift).toBeGreaterThan(0.1);
    expect(changeOf(long, "order")?.distance).toBe(0);
    const mary = await evaluate(scoring((text) => (text.includes("Mary") ? 0.8 : 0.3)));
    expect(changeOf(mary, "names")).toMatchObject({ flips: 1, auc: 0.5 });
    expect(changeOf(mary, "padding")?.distance).toBe(0);
    const early = await evaluate(scoring((_text, i) => 1 - i / 8));
    expect(changeOf(early, "order")?.correlation).toBeLessThan(-0.9);
    expect(changeOf(early, "names")?.distance).toBe(0);
  });

  it("count what is scored once only, and go on from what was judged before", async () => {
    const out = join(folder, "resumed");
    let asked = 0;
    const verifier = scoring((text, i, question) => {
      asked++;
      return text.includes("so far") ? null : exact(text, i, question);
    });
    const report = await evaluate(verifier, { out });
    expect(changeOf(report, "padding")).toMatchObject({ solutions: 0, unscored: 48, auc: null, shift: null });
    const before = asked;
    expect(await evaluate(verifier, { out })).toEqual(report);
    expect(asked).toBe(before);
    expect(readFileSync(join(out, "report.md"), "utf8")).toContain("## Under changes that should not matter");
  });

  it("try both places of a comparison by itself: a model that always says A likes the first", async () => {
    const terminal = Object.assign(fakeTerminal(), {});
    const sample = simulatedPolicy().sample;
    const policy = {
      ...simulatedPolicy(),
      sample: async (...[request, options]: Parameters<typeof sample>) => {
        const samples = await sample(request, options);
        if (request.purpose === "compare") return samples.map((one) => ({ ...one, text: "A" }));
        return samples.map((one) => ({ ...one, text: "The answer is \\boxed{1000}." }));
      },
    };
    const tools = {
      catalogue: builtins(),
      open: async () => ({ policy, simulated: true }),
      sandbox: () => {
        throw new Error("no program is run");
      },
    };
    const out = join(folder, "pairwise");
    const flags = {
      verifier: ["outcome=pairwise:rivals=1"],
      benchmark: "run",
      data,
      limit: "4",
      out,
      robustness: true,
    };
    expect(await evalCommand(terminal, flags, tools)).toBe(0);
    const report = JSON.parse(readFileSync(join(out, "report.json"), "utf8")) as VerifierReport;
    expect(changeOf(report, "candidate first")?.shift).toBeCloseTo(0.5);
    expect(changeOf(report, "candidate second")?.shift).toBeCloseTo(-0.5);
  });
});

describe("kappa", () => {
  it("is 1 for the same verdicts, near 0 for independent ones, and null where chance explains all", () => {
    expect(cohenKappa([true, false, true], [true, false, true])).toBe(1);
    expect(cohenKappa([true, false], [false, true])).toBe(-1);
    expect(cohenKappa([true, true], [true, true])).toBeNull();
    expect(cohenKappa([true, true, false, false], [true, false, true, false])).toBe(0);
    // The worked example of 20 items: 15 agreed (8 yes, 7 no), 0.75 against 0.5 expected.
    const first = [...Array(10).fill(true), ...Array(10).fill(false)] as boolean[];
    const second = first.map((verdict, i) => (i < 8 || i >= 13 ? verdict : !verdict));
    expect(cohenKappa(first, second)).toBeCloseTo((0.75 - 0.5) / 0.5);
    expect(fleissKappa([])).toBeNull();
    expect(
      fleissKappa([
        [true, true, true],
        [false, false, false],
      ]),
    ).toBe(1);
  });

  it("of two judges is Scott's pi by Fleiss, and no larger than 1 for any number", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), fc.boolean()), { minLength: 2, maxLength: 40 }), (rows) => {
        const agreed = rows.filter(([a, b]) => a === b).length / rows.length;
        const p = rows.flat().filter(Boolean).length / (2 * rows.length);
        const expected = p * p + (1 - p) * (1 - p);
        const found = fleissKappa(rows);
        if (expected === 1) expect(found).toBeNull();
        else expect(found).toBeCloseTo((agreed - expected) / (1 - expected), 9);
      }),
    );
  });
});

describe("verifier compare", () => {
  it("does not pair the solutions of two runs by their places", async () => {
    const [own, other, pears] = [join(folder, "own"), join(folder, "other"), join(folder, "pears.jsonl")];
    writeFileSync(pears, readFileSync(data, "utf8").replaceAll("apples", "pears"));
    await evaluate(scoring(exact), { out: own, robustness: false });
    await evaluate(scoring(exact), { out: other, data: pears, robustness: false });
    expect(() => compareVerifiers([own, other])).toThrow(InvalidOptionError);
  });

  it("puts verifiers side by side on what all of them scored, with their agreement", async () => {
    const [first, second, third] = [join(folder, "a"), join(folder, "b"), join(folder, "c")];
    await evaluate(scoring(exact), { out: first, verifier: "exact", robustness: false });
    await evaluate(
      scoring((text, i, question) => 1 - exact(text, i, question)),
      { out: second, verifier: "contrary" },
    );
    const shy = scoring((text, i, question) => (i === 0 ? null : exact(text, i, question)));
    await evaluate(shy, { out: third, verifier: "exact", robustness: false });
    const found = compareVerifiers([first, second, third]);
    expect(found).toMatchObject({ common: 36, of: 48 });
    expect(found.verifiers.map(({ verifier, area }) => [verifier, area.auc])).toEqual([
      ["exact", 1],
      ["contrary", 0],
      ["exact #2", 1],
    ]);
    const of = (a: string, b: string) => found.agreements.find((one) => one.first === a && one.second === b);
    expect(of("exact", "exact #2")).toMatchObject({ correlation: 1, kappa: 1 });
    expect(of("exact", "contrary")?.correlation).toBe(-1);
    expect(of("exact", "contrary")?.kappa).toBeLessThan(-0.5);
    expect(found.kappa).toBeLessThan(0);
    const terminal = fakeTerminal();
    expect(compareCommand(terminal, [first, second], { out: join(folder, "page.md") })).toBe(0);
    expect(readFileSync(join(folder, "page.md"), "utf8")).toBe(terminal.stdout());
    expect(terminal.stdout()).toMatch(/\| exact and contrary \|\s+-1\.00 \|/);
    const [head = "", ...rest] = readFileSync(join(third, "scores.jsonl"), "utf8").split("\n");
    for (const [part, changed] of [
      [/"text":"[^"]*"/, '"text":"another"'],
      [/"cluster":"[^"]*"/, '"cluster":"another"'],
      [/"correct":true/, '"correct":false'],
    ] as const) {
      writeFileSync(join(third, "scores.jsonl"), [head.replace(part, changed), ...rest].join("\n"));
      expect(() => compareVerifiers([first, second, third])).toThrow(
        /same solutions: run-0\/0 is another one in .*a than/,
      );
    }
    // Evaluations from before texts were told apart are compared as they can be.
    writeFileSync(join(third, "scores.jsonl"), [head, ...rest].join("\n").replaceAll(/"text":"[^"]*",/g, ""));
    expect(compareVerifiers([first, second, third])).toEqual(found);
    expect(() => compareVerifiers([first])).toThrow(/at least 2 folders/);
    expect(() => compareVerifiers([first, folder])).toThrow(/ruminate verifier eval/);
  });
});
