import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import type { OutcomeVerifier } from "../../src/core/verifier.ts";
import { cardOf } from "../../src/learned/card.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { evaluateVerifier } from "../../src/verifier-study/evaluate.ts";
import { traceExamples } from "../../src/verifier-study/examples.ts";
import { loadItems } from "../../src/verifier-study/items.ts";
import { labelSteps } from "../../src/verifier-study/label.ts";
import { reportMarkdown } from "../../src/verifier-study/markdown.ts";
import { trainVerifier } from "../../src/verifier-study/train.ts";
import { trainingText } from "../../src/verifier-study/training-text.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

const folder = temporaryFolder();
const problems = 16;

/** Of each problem one right, one wrong, and one solution that the grader could not judge, as a run keeps them. */
beforeAll(() => {
  const [traces, results]: string[][] = [[], []];
  for (let i = 0; i < problems; i++) {
    const place = { key: `k${i}`, arm: "a", problem: `p${i}`, seed: 1 };
    const graded = [
      { answer: String(i + 2), correct: true },
      { answer: String(i + 3), correct: false },
      { answer: String(i + 4), correct: false, undecided: true },
    ];
    const candidates = graded.map(({ answer, correct }) => ({ text: `So \\boxed{${answer}}.`, answer, correct }));
    traces?.push(JSON.stringify({ ...place, question: `How many are ${i} and 2?`, candidates }));
    results?.push(JSON.stringify({ ...place, dataset: "d", candidates: graded }));
  }
  // One more that nobody could grade, the same text in another arm where it was.
  const [text, question] = ["So \\boxed{1}.", "How many are 1 and 0?"];
  for (const [arm, undecided] of [
    ["a", true],
    ["b", undefined],
  ] as const) {
    const place = { key: "last", arm, problem: "last", seed: 1 };
    const candidates = [{ text, answer: "1", correct: undecided === undefined }];
    traces?.push(JSON.stringify({ ...place, question, candidates }));
    results?.push(JSON.stringify({ ...place, dataset: "d", candidates: [{ ...candidates[0], undecided }] }));
  }
  writeFileSync(join(folder, "traces.jsonl"), (traces ?? []).join("\n"));
  writeFileSync(join(folder, "results.jsonl"), (results ?? []).join("\n"));
});

const undecided = problems + 1;

describe("what a grader could not judge", () => {
  it("is neither right nor wrong, whether the folder is given or its traces, and hides no graded text", () => {
    for (const from of [folder, join(folder, "traces.jsonl")]) {
      const labels = traceExamples(from).map(({ correct }) => correct);
      expect(labels.slice(0, 3)).toEqual([true, false, null]);
      expect(labels.slice(-2)).toEqual([null, true]);
      expect(labels.filter((label) => label === null)).toHaveLength(undecided);
    }
  });

  it("teaches no verifier, and the verifier's file says how many there were", async () => {
    const learned = await trainVerifier({ from: folder, kind: "outcome" });
    const { train, heldOut } = learned.report;
    expect(learned.report.undecided).toBe(undecided);
    expect(train.examples + heldOut.examples).toBe(2 * problems + 1);
    expect(train.right + heldOut.right).toBe(problems + 1);
    const line = `${undecided} solutions that`;
    expect(trainingText(learned, "my.orm")).toContain(`Left out: ${line} the grader could not judge.`);
    expect(cardOf(learned)).toContainEqual(["left out", `${line} could not be graded`]);
  });

  it("is no item of an evaluation, and its report says how many there were", async () => {
    let left = 0;
    const items = await loadItems("run", folder, undefined, (count) => {
      left = count;
    });
    expect(left).toBe(undecided);
    expect(items.flatMap(({ solutions }) => solutions)).toHaveLength(2 * problems + 1);
    const verifier: OutcomeVerifier = { score: async (_question, all) => all.map(() => ({ value: 0.5 })) };
    const report = await evaluateVerifier({
      ...{ benchmark: "run", data: folder, out: join(folder, "out"), verifier: "v", policy: scriptedPolicy([]) },
      verifiers: () => ({ outcome: { name: "v", verifier } }),
    });
    expect(report).toMatchObject({ undecided, solutions: { right: problems + 1 } });
    expect(reportMarkdown(report)).toContain(`${undecided} solutions that the grader could not judge are left out.`);
  });

  it("is not labelled, and counted so", async () => {
    const policy = scriptedPolicy(Array.from({ length: 100 }, () => "So \\boxed{0}."));
    const setup = { methods: ["binary"], rollouts: { policy, rollouts: 1, seed: "1" }, threshold: 0.5 } as const;
    const { labelled, leftOut } = await labelSteps(traceExamples(folder), setup);
    expect(leftOut).toEqual({ grader: undecided });
    expect(labelled).toHaveLength(2 * problems + 1);
  });
});
