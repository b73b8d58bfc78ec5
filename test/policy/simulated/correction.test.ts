import { describe, expect, it } from "vitest";
import type { Message } from "../../../src/core/policy.ts";
import { NOTHING_FOUND, readVerdict } from "../../../src/policy/simulated/correction.ts";
import { firstWrongStep, isRight, lastDraft } from "../../../src/policy/simulated/drafts.ts";
import type { SimulatedOptions } from "../../../src/policy/simulated/options.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../../src/policy/simulated/problem.ts";
import { taskOf } from "../../../src/policy/simulated/reasoning.ts";
import { revisionRates } from "../../../src/policy/simulated/theory.ts";
import { answerOf } from "../../../src/policy/simulated/word-problem.ts";
import { boxed, requestFor, sampleOne } from "./asking.ts";

const CHECK = "Check the solution. If there is no mistake, write exactly NO ERRORS.";
const REVISE = "Use the feedback to write a corrected solution from the start.";

const ask = (question: string, draft: string, said: string): Message[] => [
  { role: "user", content: question },
  { role: "assistant", content: draft },
  { role: "user", content: said },
];

interface Drafted {
  readonly text: string;
  readonly draft: string;
  readonly right: boolean;
  readonly answer: number;
  readonly wrongStep: number | null;
}

/** Drafts of many problems, about half of them right. */
async function drafts(count: number): Promise<Drafted[]> {
  const policy = simulatedPolicy({ accuracy: 0.5 });
  return await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const { problem, text } = generateProblem("drafts", i, { minSteps: 3, maxSteps: 5 });
      const { text: draft } = await sampleOne(policy, requestFor(text));
      const read = lastDraft(draft);
      if (read === null) throw new Error("a draft has steps");
      const task = taskOf(problem, { stepError: 0, recovery: 0, spread: 0, wrongAnswers: 0.5 });
      return {
        text,
        draft,
        right: isRight(task, read),
        answer: answerOf(problem),
        wrongStep: firstWrongStep(task, read),
      };
    }),
  );
}

const all = await drafts(3_000);
const within = (count: number, of: number, p: number) =>
  expect(Math.abs(count - of * p)).toBeLessThanOrEqual(3 * Math.sqrt(of * p * (1 - p)));

/** The revision of each draft after what is said of it. */
async function revised(dials: SimulatedOptions, said: (drafted: Drafted) => string): Promise<string[]> {
  const policy = simulatedPolicy(dials);
  return await Promise.all(
    all.map(async (drafted) => {
      const messages = ask(drafted.text, drafted.draft, `${said(drafted)}\n\n${REVISE}`);
      return (await sampleOne(policy, requestFor("", { messages, purpose: "revise" }))).text;
    }),
  );
}

describe("simulated feedback", () => {
  it.each([0, 0.6, 1])(
    "tells right drafts from wrong ones with its accuracy (%d), also at temperature 0",
    async (accuracy) => {
      const policy = simulatedPolicy({ feedbackAccuracy: accuracy });
      let [hits, located, claims] = [0, 0, 0];
      for (const { text, draft, right, wrongStep } of all) {
        const request = requestFor("", { messages: ask(text, draft, CHECK), purpose: "feedback", temperature: 0 });
        const { text: feedback } = await sampleOne(policy, request);
        const finds = feedback !== "NO ERRORS";
        hits += finds === !right ? 1 : 0;
        if (finds && !right) {
          claims++;
          located += readVerdict(feedback)?.step === wrongStep ? 1 : 0;
        }
      }
      within(hits, all.length, accuracy);
      expect(located).toBe(claims);
    },
  );

  it("says that nothing was found in its own words where the request names none", async () => {
    const right = all.find((drafted) => drafted.right);
    if (right === undefined) throw new Error("some draft is right");
    const request = requestFor("", { messages: ask(right.text, right.draft, "Is this fine?"), purpose: "feedback" });
    expect((await sampleOne(simulatedPolicy({ feedbackAccuracy: 1 }), request)).text).toBe(NOTHING_FOUND);
  });
});

describe("reading a verdict", () => {
  it.each([
    ["There is an error in step 2: the result is wrong.", { wrong: true, step: 2 }],
    ["Step 3 is wrong.", { wrong: true, step: 3 }],
    ["The first mistake is in step 1.", { wrong: true, step: 1 }],
    ["A checker finds this step the most doubtful:\nStep 4: We add 2.", { wrong: true, step: 4 }],
    ["Your answer is incorrect.", { wrong: true, step: null }],
    ["NO ERRORS", { wrong: false, step: null }],
    [NOTHING_FOUND, { wrong: false, step: null }],
    ["Review the solution and find any mistakes. If it has errors, correct them.", null],
    ["", null],
  ])("%j", (said, verdict) => {
    expect(readVerdict(said)).toEqual(verdict);
  });
});

describe("a simulated revision", () => {
  const dials: SimulatedOptions = {
    revision: { fixPointed: 0.7, fixTold: 0.3, fixBlind: 0.1, damageTold: 0.4, damageBlind: 0.05 },
  };
  const pointed = ({ wrongStep }: Drafted) => `There is an error in step ${wrongStep ?? 2}.`;
  const signals: readonly (readonly [string, (drafted: Drafted) => string, fixed: number, damaged: number])[] = [
    ["the first wrong step", pointed, 0.7, 0.4],
    ["that the answer is wrong", () => "The answer is wrong.", 0.3, 0.4],
    ["nothing", () => "Think again about it.", 0.1, 0.05],
    ["that all is correct", () => NOTHING_FOUND, 0, 0],
  ];

  it.each(signals)("told %s, fixes and damages at the rates set", async (_, said, fixed, damaged) => {
    const texts = await revised(dials, said);
    const wrong = all.flatMap((drafted, i) => (drafted.right ? [] : [boxed(texts[i] ?? "") === drafted.answer]));
    const right = all.flatMap((drafted, i) => (drafted.right ? [boxed(texts[i] ?? "") !== drafted.answer] : []));
    within(wrong.filter(Boolean).length, wrong.length, fixed);
    within(right.filter(Boolean).length, right.length, damaged);
    expect(Math.min(wrong.length, right.length)).toBeGreaterThan(1_000);
  });

  it("that changes nothing repeats the draft's results in other words", async () => {
    const texts = await revised(dials, () => NOTHING_FOUND);
    for (const [i, { draft }] of all.entries()) {
      expect(lastDraft(texts[i] ?? "")?.steps.map(({ value }) => value)).toEqual(
        lastDraft(draft)?.steps.map(({ value }) => value),
      );
    }
  });

  it("after own feedback changes right to wrong and wrong to right as the theory of one round says", async () => {
    const policy = simulatedPolicy(dials);
    const rates = revisionRates(dials);
    const changed = { fixed: 0, damaged: 0 };
    for (const { text, draft, right, answer } of all) {
      const check = requestFor("", { messages: ask(text, draft, CHECK), purpose: "feedback" });
      const { text: feedback } = await sampleOne(policy, check);
      if (feedback === "NO ERRORS") continue;
      const messages = ask(text, draft, `Feedback:\n${feedback}\n\n${REVISE}`);
      const { text: revision } = await sampleOne(policy, requestFor("", { messages, purpose: "revise" }));
      const now = boxed(revision) === answer;
      if (right && !now) changed.damaged++;
      if (!right && now) changed.fixed++;
    }
    const rights = all.filter(({ right }) => right).length;
    within(changed.fixed, all.length - rights, rates.fixed);
    within(changed.damaged, rights, rates.damaged);
  });

  it("without a draft is a solution", async () => {
    const { problem, text } = generateProblem("none", 0);
    const { text: solution } = await sampleOne(
      simulatedPolicy({ stepError: 0 }),
      requestFor(text, { purpose: "revise" }),
    );
    expect(boxed(solution)).toBe(answerOf(problem));
  });
});
