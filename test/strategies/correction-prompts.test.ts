import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Budget } from "../../src/core/budget.ts";
import type { Question } from "../../src/core/question.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import { adding, addingSandbox, addition, solution, wrongWhere } from "./correction-scripts.ts";

const four = solution("4", "First 2.", "Then 2 more.");
const five = solution("5", "First 2.", "Then 3 more.");
const bad = "The second line is wrong.";

interface Asked {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly question?: Question;
  readonly budget?: Budget;
  readonly verifiers?: ReturnType<typeof wrongWhere>;
}

async function asked(name: string, script: readonly ScriptEntry[], { question, ...setup }: Asked = {}) {
  const policy = scriptedPolicy(script);
  const strategy = builtins().strategies.get(name);
  const sandbox = question?.kind === "code" ? addingSandbox : tinyPython();
  const solution = await solve(question ?? "How many are left?", { strategy, policy, sandbox, ...setup });
  return { solution, last: policy.requests.at(-1)?.messages ?? [], requests: policy.requests };
}

const wordsOf = (messages: readonly { readonly content: string }[]): string =>
  messages.map(({ content }) => content).join("\n");

describe("what a revision is shown", () => {
  it("reflexion keeps the last lessons and forgets the oldest", async () => {
    const script = [four, bad, "Lesson one.", five, bad, "Lesson two.", four, bad, "Lesson three.", five];
    const { last } = await asked("reflexion", script, { options: { memory: 2, accept: "always" } });
    expect(wordsOf(last)).toContain("- Lesson two.\n- Lesson three.");
    expect(wordsOf(last)).not.toContain("Lesson one");
  });

  it("chain-of-verification answers its questions without the attempt in view", async () => {
    const script = [four, "1. How many then?", "Three.", five];
    const { requests } = await asked("chain-of-verification", script, { options: { accept: "always" } });
    expect(wordsOf(requests[2]?.messages ?? [])).toContain("How many then?");
    expect(wordsOf(requests[2]?.messages ?? [])).not.toContain("First 2.");
    expect(wordsOf(requests[3]?.messages ?? [])).toContain("Q: How many then?\nA: Three.");
  });

  it("debate shows each agent its own solution as its own, and the others'", async () => {
    const script = [four, five, five, four];
    const { requests } = await asked("debate", script, { options: { agents: 2, rounds: 1, accept: "always" } });
    const shown = requests.slice(1).map(({ messages }) => ({
      own: messages.find(({ role }) => role === "assistant")?.content,
      others: messages.at(-1)?.content ?? "",
    }));
    expect(shown[0]?.own).toBe(four);
    expect(shown[0]?.others).toContain("Then 3 more.");
    expect(shown[0]?.others).not.toContain("Then 2 more.");
    expect(shown[1]?.own).toBe(five);
  });

  it("asks for a program where the task is one, and for a letter where there are choices", async () => {
    const code = await asked("self-refine", [adding("a * b"), bad, adding("a + b")], {
      ...{ options: { rounds: 1, accept: "always" }, question: addition() },
    });
    expect(wordsOf(code.last)).toContain("the whole program in one ```python block");
    expect(wordsOf(code.last)).not.toContain("boxed");
    const choice: Question = { id: "c", text: "Which?", kind: "choice", choices: ["one", "two"] };
    const letters = await asked("self-refine", ["\\boxed{A}", bad, "\\boxed{B}"], {
      ...{ options: { rounds: 1, accept: "always" }, question: choice },
    });
    expect(wordsOf(letters.last.slice(-1))).toContain("letter of the right option");
  });
});

describe("what a revision costs", () => {
  it("backtrack counts the tokens of the steps that it kept", async () => {
    const rest = { text: "Then 3 more.\n\nThe answer is \\boxed{5}." };
    const { solution: solved } = await asked("backtrack", [four, rest.text], { verifiers: wrongWhere("2 more") });
    const [first, second] = solved.candidates;
    expect(second?.notes?.saved).toBe(first?.trajectory.steps[0]?.tokens);
    expect(second?.notes?.saved).toBeGreaterThan(0);
    expect(second?.text).toBe(`First 2.\n\n${rest.text}`);
  });

  it("a revision that the budget leaves undecided is kept as a candidate, and the attempt stands", async () => {
    const { solution: solved } = await asked("self-refine", [four, bad, five], { budget: { calls: 3 } });
    expect(solved.stopped).toBe("budget");
    expect(solved.answer).toBe("4");
    expect(solved.candidates[1]?.notes).toMatchObject({ accepted: false, why: "no budget left to decide" });
    const panel = await asked("debate", [four, five, five, four], { options: { agents: 2 }, budget: { calls: 4 } });
    expect(panel.solution.stopped).toBe("budget");
    expect(panel.solution.candidates).toHaveLength(4);
  });

  it("a round that the budget cuts short keeps the replies that came", async () => {
    const { solution: solved } = await asked("debate", [four, five, five, five, five], { budget: { calls: 5 } });
    expect(solved).toMatchObject({ stopped: "budget", answer: "5" });
    expect(solved.stopReason).toContain("Call budget used up");
    expect(solved.candidates.map(({ notes }) => notes?.round)).toEqual([0, 0, 0, 1, 1]);
  });

  it("draws the first attempt from the samples that a vote draws, and its second voice too", async () => {
    const refine = await asked("self-refine", [four, bad, five, five, "NO ERRORS"], { options: { temperature: 0.7 } });
    const vote = await asked("self-consistency", [four, five], { options: { n: 2 } });
    const solves = refine.requests.filter(({ purpose }) => purpose === "solve");
    expect(solves.flatMap(({ seeds }) => seeds)).toEqual(vote.requests.flatMap(({ seeds }) => seeds));
    expect(solves[0]?.messages).toEqual(vote.requests[0]?.messages);
  });
});
