import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { ActionName, Grown, GrowRequest, SplitterName } from "../../../src/core/action.ts";
import { ModelCallError } from "../../../src/core/errors.ts";
import type { RunEvent } from "../../../src/core/events.ts";
import type { Run } from "../../../src/core/run.ts";
import { defineStrategy } from "../../../src/core/strategy.ts";
import { type Step, Trajectory } from "../../../src/core/trajectory.ts";
import { majority } from "../../../src/engine/picking/selections.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";
import { solve } from "../../../src/engine/solve.ts";
import { type ScriptEntry, type ScriptedOptions, scriptedPolicy } from "../../../src/policy/scripted.ts";
import { openBlock } from "../../../src/search/actions/blocks.ts";
import { actionSpace } from "../../../src/search/actions/index.ts";
import { apart, splitter } from "../../../src/search/actions/splitting.ts";
import { beamSearch } from "../../../strategies/search/beam-search.ts";

interface Setting extends Partial<GrowRequest> {
  readonly kind?: ActionName;
  readonly split?: SplitterName;
  readonly path?: readonly Step[];
  readonly complete?: boolean;
  readonly capabilities?: ScriptedOptions["capabilities"];
}

/** What an action space makes of these replies, and what it asked for. */
async function grow(replies: readonly ScriptEntry[], setting: Setting = {}) {
  const { kind = "reasoning-steps", split, path = [], complete = false, capabilities, ...parts } = setting;
  const policy = scriptedPolicy(replies, { capabilities });
  const space = actionSpace({ kind, stepTokens: 64, split }, ({ question }) => solutionMessages(question));
  const from = Trajectory.of(path, false);
  let grown: Grown[] = [];
  const strategy = defineStrategy({
    ...{ name: "probe", summary: "grows one trajectory", rewards: { outcome: "", process: "", none: "" } },
    ...{ family: "search" as const, how: "grows one trajectory", costNote: "one call", departures: [] },
    options: z.strictObject({}),
    async *candidates(run: Run) {
      const request = { count: 1, temperature: 1, last: false, ...parts };
      grown = complete ? await space.complete(run, from, request) : await space.grow(run, from, request);
      yield [];
    },
    ...{ select: majority, cost: () => ({ calls: 9 }) },
  });
  const events: RunEvent[] = [];
  await solve("How much is 2 + 3?", { strategy, policy, onEvent: (event: RunEvent) => events.push(event) });
  const notes = events.flatMap((event) => (event.type === "note" ? [event.message] : []));
  return {
    grown,
    texts: grown.map(({ steps }) => steps.map(({ text }) => text)),
    requests: policy.requests,
    space,
    notes,
  };
}

/** A text that a stop text ended, on a server that does not say so. */
const unnamed = (text: string) => ({ text, finish: "stop" as const, stoppedBy: undefined });
const ended = (text: string) => ({ ...unnamed(text), endOfText: true });
const first: Step = { text: "First 2.\n\n" };

describe("the end of a step", () => {
  it("is its separator, whether or not the server names the stop text", async () => {
    const silent = await grow([unnamed("First 2.")]);
    expect(silent.texts).toEqual([["First 2.\n\n"]]);
    expect(silent.grown[0]?.terminal).toBe(false);
    const named = await grow([{ text: "First 2.", stoppedBy: "\n\n" }]);
    expect(named.texts).toEqual(silent.texts);
  });

  it("ends the trajectory where the server says that the text ended, and where no stop text was sent", async () => {
    expect((await grow([ended("It is 5.")])).grown[0]).toMatchObject({ terminal: true, complete: true });
    expect((await grow([unnamed("It is 5.")], { last: true })).grown[0]).toMatchObject({
      terminal: true,
      complete: true,
    });
    const cut = { text: "It is", finish: "length" as const };
    expect((await grow([cut], { last: true })).grown[0]).toMatchObject({ terminal: true, complete: false });
    const refused = { text: "I", finish: "refused" as const };
    expect((await grow([refused])).grown[0]).toMatchObject({ terminal: true, complete: false });
  });

  it("keeps white space between steps once", async () => {
    const { texts } = await grow([unnamed("\n \nThen 3.")], { path: [first] });
    expect(texts).toEqual([["Then 3.\n\n"]]);
    const cut = await grow([unnamed(""), ended("\n\nThen 3.\n\nMore.")], { path: [{ text: "First 2." }] });
    expect(cut.texts).toEqual([["\n\nThen 3.\n\n"]]);
  });
});

describe("a blank continuation", () => {
  it("is drawn once more without stop texts and ended before the next separator", async () => {
    const { texts, requests, grown } = await grow([unnamed(" "), ended(" \n\nThen 3.\n\nIt is \\boxed{5}.")], {
      path: [first],
    });
    expect(texts).toEqual([["Then 3.\n\n"]]);
    expect(grown[0]?.terminal).toBe(false);
    expect(requests.map(({ stop }) => stop)).toEqual([["\n\n"], undefined]);
    expect(requests.map(({ prefix }) => prefix)).toEqual(["First 2.\n\n", "First 2.\n\n"]);
  });

  it("that stays blank without stop texts was ended by the model: the trajectory ends where it stood", async () => {
    const { grown } = await grow([unnamed(""), unnamed("")], { path: [first] });
    expect(grown).toEqual([{ steps: [], terminal: true, complete: true }]);
    const known = await grow([ended("")], { path: [first] });
    expect(known.grown).toEqual(grown);
    expect(known.requests).toHaveLength(1);
  });

  it("that is cut blank is no step and no end", async () => {
    const blank = { text: "   ", finish: "length" as const };
    expect((await grow([unnamed(""), blank], { path: [first] })).grown).toEqual([]);
  });

  it("becomes no node of a search, and what it ended is a candidate", async () => {
    const policy = scriptedPolicy([unnamed("The answer is 5."), ended("")]);
    const solution = await solve("How much is 2 + 3?", {
      ...{ strategy: beamSearch, options: { width: 1, branching: 1 }, policy },
    });
    expect(solution.candidates.map(({ text, complete }) => [text, complete])).toEqual([["The answer is 5.\n\n", true]]);
    expect(solution.candidates[0]?.trajectory.steps).toHaveLength(1);
    expect(solution.answer).toBe("5");
  });
});

describe("splitting", () => {
  it("draws a step on to the end of its code or displayed equation", async () => {
    const { texts, requests } = await grow([
      unnamed("Code:\n```python\na = 1"),
      unnamed("b = 2\n\nprint(a)\n"),
      unnamed(" runs."),
    ]);
    expect(texts).toEqual([["Code:\n```python\na = 1\n\nb = 2\n\nprint(a)\n``` runs.\n\n"]]);
    expect(requests.map(({ stop }) => stop)).toEqual([["\n\n"], ["```"], ["\n\n"]]);
    expect(openBlock("so\n\\[ x = 1\n\n")).toBe("\\]");
    expect(openBlock("$$x$$ and $$y")).toBe("$$");
    expect(openBlock("\\begin{align}\na")).toBe("\\end{align}");
    expect(openBlock("```\na\n```\n\\[ b \\]")).toBeNull();
  });

  it.each([
    ["Step 1: two.\nStep 2: three.\nStep 3: five.", 3],
    ["## Step 1: two.\nAs in Step 1.\n\n## Step 2: three.", 2],
    ["**Step 1**: two.\n\n**Step 2**: three.", 2],
    ["1. two.\n2. three.\n3. five, by Step 2.", 3],
  ])("finds the markers of %j", (text, count) => {
    const steps = apart(text, splitter("step-marker", 64));
    expect(steps).toHaveLength(count);
    expect(steps.join("").replace(/\n+/g, "\n")).toBe(text.replace(/\n+/g, "\n"));
  });

  it("sends four stop texts at most", () => {
    for (const name of ["blank-line", "line", "step-marker", "sentence", "thought", "tokens"] as const) {
      expect(splitter(name, 64).stops("").length).toBeLessThanOrEqual(4);
    }
  });

  it("takes a completion apart into the steps that it has", async () => {
    const { texts } = await grow([ended("First 2.\n\nThen 3.\n \n\nIt is \\boxed{5}.")], { complete: true });
    expect(texts).toEqual([["First 2.\n\n", "Then 3.\n\n", "It is \\boxed{5}."]]);
  });
});

describe("thoughts", () => {
  const thinks = { thinks: true, thoughtFormat: "think" };

  it("are kept beside the step, for the policy alone, and given room of their own", async () => {
    const drawn = { ...unnamed("First 2."), thought: "Is it \\boxed{9}?" };
    const { grown, requests } = await grow([drawn], { capabilities: thinks });
    expect(grown[0]).toMatchObject({
      steps: [{ text: "First 2.\n\n", thought: "Is it \\boxed{9}?" }],
      terminal: false,
    });
    expect(requests[0]?.maxTokens).toBeGreaterThan(64);
    const next = await grow([unnamed("Then 3.")], { path: grown[0]?.steps, capabilities: thinks });
    expect(next.requests[0]?.prefix).toBe("<think>Is it \\boxed{9}?</think>\n\nFirst 2.\n\n");
    expect(next.requests[0]?.maxTokens).toBe(64);
  });

  it("that were cut give no step, and are said", async () => {
    const cut = { text: "", thought: "Well", thoughtOpen: true, finish: "length" as const };
    const { grown, notes } = await grow([cut], { capabilities: thinks });
    expect(grown).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("cut the model's thought")]);
  });

  it("end nothing by a box, where a policy leaves them in the text", async () => {
    const { grown, space } = await grow([unnamed("<think>\nIt may be \\boxed{9}.")]);
    expect(grown[0]).toMatchObject({ terminal: false });
    const whole = Trajectory.of([
      { text: "<think>\nIt may be \\boxed{9}.\n\n" },
      { text: "</think>\nIt is \\boxed{5}." },
    ]);
    expect(space.candidateText?.(whole)).toBe("It is \\boxed{5}.");
    const open = Trajectory.of([{ text: "<think>\nIt may be \\boxed{9}." }]);
    expect(space.candidateText?.(open)).toBe("");
  });

  it("are steps where they are searched: only the closing mark ends them, and the answer is the candidate", async () => {
    const one = await grow([unnamed("It may be \\boxed{9}.")], { kind: "thought-steps" });
    expect(one.grown[0]).toMatchObject({
      terminal: false,
      steps: [{ kind: "thought", text: "It may be \\boxed{9}.\n\n" }],
    });
    expect(one.requests[0]).toMatchObject({ prefix: "<think>\n", thoughtInText: true, stop: ["\n\n"] });
    const closed = await grow([unnamed("So 5.\n</think>")], { kind: "thought-steps", path: one.grown[0]?.steps });
    expect(closed.grown[0]).toMatchObject({
      terminal: false,
      steps: [{ kind: "thought-end", text: "So 5.\n</think>\n\n" }],
    });
    const path = [...(one.grown[0]?.steps ?? []), ...(closed.grown[0]?.steps ?? [])];
    const answer = await grow([ended("It is \\boxed{5}.")], { kind: "thought-steps", path });
    expect(answer.grown[0]).toMatchObject({ terminal: true, complete: true, steps: [{ kind: "answer" }] });
    const whole = Trajectory.of([...path, ...(answer.grown[0]?.steps ?? [])]);
    expect(answer.space.candidateText?.(whole)).toBe("It is \\boxed{5}.");
    expect(answer.space.candidateText?.(Trajectory.of(path))).toBe("");
  });

  it("are closed by force at the step limit and where the model stops thinking", async () => {
    const path = [{ text: "Maybe 9.\n\n", kind: "thought" }];
    const last = await grow([ended("\\boxed{5}")], { kind: "thought-steps", path, last: true });
    expect(last.requests[0]?.prefix).toBe("<think>\nMaybe 9.\n</think>\n\n");
    const rollout = await grow([ended("Or 5."), ended("\\boxed{5}")], { kind: "thought-steps", path, complete: true });
    expect(rollout.requests[1]?.prefix).toBe("<think>\nMaybe 9.\n\nOr 5.\n</think>\n\n");
    expect(rollout.texts).toEqual([["Or 5.", "\\boxed{5}"]]);
  });

  it("cannot be searched where a begun thought cannot be gone on with", async () => {
    const asked = grow(["x"], { kind: "thought-steps", capabilities: { prefix: "instructed" } });
    await expect(asked).rejects.toThrow(/cannot go on from a thought/);
  });
});

describe("the model's window", () => {
  it("makes a dead end of a branch that outgrows it, and keeps what finished", async () => {
    const full = new ModelCallError("too long", { kind: "context", retryable: false });
    const policy = scriptedPolicy([unnamed("It is \\boxed{5}."), unnamed("First 2."), full, full]);
    const events: RunEvent[] = [];
    const solution = await solve("How much is 2 + 3?", {
      ...{ strategy: beamSearch, options: { width: 2, branching: 1 }, policy },
      onEvent: (event: RunEvent) => events.push(event),
    });
    expect(solution.answer).toBe("5");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "note", message: expect.stringContaining("window") }),
    );
  });

  it("fails the solve where the question itself does not fit", async () => {
    const policy = scriptedPolicy(["x"], { capabilities: { contextTokens: 10 } });
    await expect(solve("How much is 2 + 3?", { strategy: beamSearch, policy })).rejects.toThrow(/context of scripted/);
  });
});
