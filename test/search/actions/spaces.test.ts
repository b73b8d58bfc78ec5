import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ActionName, ActionSpec, Grown, GrowRequest } from "../../../src/core/action.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { defineStrategy } from "../../../src/core/strategy.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { majority } from "../../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import { solve } from "../../../src/engine/solve.ts";
import { scriptedPolicy } from "../../../src/policy/scripted.ts";
import { allowedNext, deal, humanActionKinds, turnsAfter } from "../../../src/search/actions/human-actions.ts";
import { actionSpace } from "../../../src/search/actions/index.ts";
import { tinyPython } from "../../fakes/tiny-python.ts";

const request: GrowRequest = { count: 1, temperature: 1, last: false };

/** What one expansion of a trajectory brings, with the requests it made and the programs it ran. */
async function grow(
  name: ActionName,
  replies: readonly string[],
  path = Trajectory.root(),
  { counts, ...parts }: Partial<GrowRequest> & Pick<ActionSpec, "counts"> = {},
) {
  const policy = scriptedPolicy(replies);
  const sandbox = tinyPython();
  const space = actionSpace({ kind: name, stepTokens: 64, counts }, ({ question }) => solutionMessages(question));
  let grown: Grown[] = [];
  const strategy = defineStrategy({
    ...{
      name: "probe",
      summary: "grows one trajectory",
      family: "sampling",
      how: "It grows what the test gives it.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
    },
    options: z.strictObject({}),
    async *candidates(run: Run) {
      grown = await space.grow(run, path, { ...request, ...parts });
      yield [];
    },
    ...{ select: majority, cost: () => ({ calls: 9 }) },
  });
  await solve("How much is 2 + 3?", { strategy, policy, sandbox });
  return { grown, requests: policy.requests, sources: sandbox.sources, space };
}

const lastMessage = (messages: readonly Message[] | undefined) => messages?.at(-1)?.content ?? "";

describe("plan steps", () => {
  it("are lines of a plan, then a solution that is asked for with the whole plan", async () => {
    const first = await grow("plan-steps", ["Plan 1: add 2 and 3."]);
    expect(first.grown[0]).toMatchObject({
      steps: [{ kind: "plan", text: "Plan 1: add 2 and 3.\n\n" }],
      terminal: false,
    });
    const ended = await grow("plan-steps", ["That is the whole plan."]);
    expect(ended.grown[0]?.steps[0]?.kind).toBe("plan-end");
    const plan = Trajectory.of(
      [
        { text: "Plan 1: add 2 and 3.\n\n", kind: "plan" },
        { text: "That is the whole plan.\n\n", kind: "plan-end" },
      ],
      false,
    );
    const solved = await grow("plan-steps", ["So 2 + 3 = \\boxed{5}."], plan);
    expect(solved.grown[0]).toMatchObject({ steps: [{ kind: "solution" }], terminal: true, complete: true });
    expect(lastMessage(solved.requests[0]?.messages)).toContain("Plan 1: add 2 and 3.");
    expect(solved.requests[0]?.prefix).toBeUndefined();
    const whole = plan.extend(solved.grown[0]?.steps[0] ?? { text: "" }, true);
    expect(solved.space.candidateText?.(whole)).toBe("So 2 + 3 = \\boxed{5}.");
  });

  it("solve along the plan as it stands when the step is the last allowed", async () => {
    const { grown, requests } = await grow("plan-steps", ["\\boxed{5}"], Trajectory.root(), { last: true });
    expect(grown[0]?.terminal).toBe(true);
    expect(requests[0]?.messages).toEqual(
      solutionMessages({ id: "question", text: "How much is 2 + 3?", kind: "math" }),
    );
  });
});

describe("code steps", () => {
  const begun = Trajectory.of([{ text: "# two\nn = 2\n\n", kind: "code" }], false);

  it("run after all steps before them, and end with what the script prints", async () => {
    const { grown, sources, requests } = await grow("code-steps", ["# print it\nprint(n)\n```"], begun);
    expect(sources).toEqual(["# two\nn = 2\n\n# print it\nprint(n)\n"]);
    expect(grown[0]).toMatchObject({ terminal: true, steps: [{ kind: "code", observation: "Output: \\boxed{2}\n" }] });
    expect(requests[0]?.prefix).toBe("```python\n# two\nn = 2\n\n");
  });

  it("are dropped when they do not run", async () => {
    const { grown } = await grow("code-steps", ["m = k + 3"], begun);
    expect(grown).toEqual([]);
  });

  it("go on when they run and print nothing", async () => {
    const { grown } = await grow("code-steps", ["# three more\nn = n + 3"], begun);
    expect(grown[0]).toMatchObject({ terminal: false, steps: [{ text: "# three more\nn = n + 3\n\n" }] });
  });
});

describe("human actions", () => {
  const standing = (kind: string) => Trajectory.of([{ text: "…", kind }], false);

  it("are dealt out in turn among those allowed next, going on where the last expansion ended", () => {
    expect([...deal(Trajectory.root(), { count: 5 })]).toEqual([
      ["thought", 2],
      ["finish", 1],
      ["subquestion", 1],
      ["rephrase", 1],
    ]);
    expect([...deal(Trajectory.root(), { count: 2, drawn: 3 }).keys()]).toEqual(["rephrase", "thought"]);
  });

  it("follow rStar's table: rephrasing only first, answering again only after a sub-question, nothing after the end", () => {
    for (const kind of humanActionKinds) expect(allowedNext[kind]).not.toContain("rephrase");
    const mayReanswer = humanActionKinds.filter((kind) => allowedNext[kind].includes("reanswer"));
    expect(mayReanswer).toEqual(["subquestion"]);
    expect(deal(standing("finish"), { count: 3 }).size).toBe(0);
    expect([...deal(standing("subquestion"), { count: 4 }).keys()]).toContain("reanswer");
  });

  it("take thoughts and sub-questions as often as counted, and keep the answer that most samples have", async () => {
    const counts = { thoughts: 3, subquestions: 2, votes: 3, lastVotes: 4 };
    expect(turnsAfter(undefined, counts)).toEqual([
      "thought",
      "thought",
      "thought",
      "finish",
      "subquestion",
      "subquestion",
      "rephrase",
    ]);
    const finishes = ["\\boxed{6}", "\\boxed{5}", "so \\boxed{5}", "nothing"];
    const first = " What is 2?\nAnswer 1: 2. The answer is \\(3\\).";
    const again = ["2. The answer is 2.", "1 + 1. The answer is 2."];
    const { grown, requests } = await grow("human-actions", [...finishes, first, ...again], standing("thought"), {
      count: 1,
      drawn: 3,
      counts,
    });
    expect(requests[0]).toMatchObject({ n: 4, purpose: "rollout" });
    expect(grown).toMatchObject([{ steps: [{ kind: "finish", text: "\\boxed{5}", support: 0.5 }], terminal: true }]);
    const asked = await grow("human-actions", [first, ...again], standing("reanswer"), { count: 1, drawn: 4, counts });
    expect(asked.requests[1]).toMatchObject({ n: 2, prefix: "…Sub-question 1: What is 2?\nAnswer 1:" });
    expect(asked.grown).toMatchObject([
      {
        steps: [
          { kind: "subquestion", text: "Sub-question 1: What is 2?\nAnswer 1:2. The answer is 2.\n\n", support: 2 / 3 },
        ],
      },
    ]);
  });

  it("ask with the restated question, and number sub-questions", async () => {
    const path = Trajectory.of([{ text: "Add two and three.\n\n", kind: "rephrase" }], false);
    const { grown, requests } = await grow("human-actions", ["\\boxed{5}", "t", " What is 2?\nAnswer 1: 2."], path, {
      count: 3,
    });
    // The finish is drawn first, for small budgets.
    expect(requests.map(({ purpose }) => purpose)).toEqual(["rollout", "step", "step"]);
    expect(lastMessage(requests[1]?.messages)).toContain("In other words:\nAdd two and three.");
    expect(requests[2]?.prefix).toBe("Sub-question 1:");
    expect(grown.map(({ steps, terminal }) => [steps[0]?.kind, terminal])).toEqual([
      ["thought", false],
      ["finish", true],
      ["subquestion", false],
    ]);
    expect(grown[2]?.steps[0]?.text).toBe("Sub-question 1: What is 2?\nAnswer 1: 2.\n\n");
  });
});

describe("whole solutions", () => {
  it("are fresh at the root, and below it a revision that sees the solution it revises", async () => {
    const fresh = await grow("whole-solutions", ["It is \\boxed{6}."]);
    expect(fresh.requests[0]?.purpose).toBe("solve");
    const draft = Trajectory.root().extend(fresh.grown[0]?.steps[0] ?? { text: "" });
    const revised = await grow("whole-solutions", ["It is \\boxed{5}."], draft);
    expect(revised.requests[0]?.purpose).toBe("revise");
    expect(revised.requests[0]?.messages.at(-2)).toEqual({ role: "assistant", content: "It is \\boxed{6}." });
    expect(revised.grown[0]).toMatchObject({ terminal: false, steps: [{ kind: "revision" }] });
    expect(revised.space.candidateText?.(draft.extend({ text: "It is \\boxed{5}." }))).toBe("It is \\boxed{5}.");
  });
});

describe("proposed steps", () => {
  it("come from one call, one a line, as many as were asked for at most", async () => {
    const lines = "First 2 + 3.\n\nFirst 3 + 2.\nThe answer is \\boxed{5}.\nAnd one too many.";
    const { grown, requests } = await grow("proposed-steps", [lines], Trajectory.root(), { count: 3 });
    expect(requests).toHaveLength(1);
    expect(lastMessage(requests[0]?.messages)).toContain("Propose 3 different next steps");
    expect(grown.map(({ steps, terminal }) => [steps[0]?.text, terminal])).toEqual([
      ["First 2 + 3.\n\n", false],
      ["First 3 + 2.\n\n", false],
      ["The answer is \\boxed{5}.\n\n", true],
    ]);
  });

  it("share out the tokens of their call exactly", async () => {
    const { grown } = await grow("proposed-steps", ["one\ntwo two\nthree three three"], Trajectory.root(), {
      count: 3,
    });
    const given = grown.map(({ steps }) => steps[0]?.tokens ?? 0);
    expect(given.every((tokens) => tokens > 0)).toBe(true);
    expect(given[2]).toBeGreaterThan(given[0] ?? 0);
  });
});
