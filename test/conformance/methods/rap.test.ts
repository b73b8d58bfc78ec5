import { describe, expect, it } from "vitest";
import type { Child, Expansion } from "../../../src/core/search.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds } from "../../../src/search/rounds.ts";
import { chanceOfYes } from "../../../strategies/search/rap/sub-questions.ts";
import { aggregated, rap, rapWalk } from "../../../strategies/search/rap.ts";
import { driveRecorded } from "./recorded-trees.ts";
import { recorded, reportsAgreement, uniform } from "./world.ts";

interface Case {
  readonly seed: number;
  readonly branching: number;
  readonly depth: number;
  readonly ends: number;
  readonly answer: string | null;
  /** Visits and Q by path: sub-questions are letters, dots their answers. */
  readonly nodes: Readonly<Record<string, readonly [visits: number, q: number]>>;
}

const letters = "abcd";

/** What an expansion brings: sub-questions with their usefulness, or an answer with its confidence. */
function brings({ seed, branching, depth, ends }: Case, { trajectory }: Expansion): Child[] {
  const { text } = trajectory;
  const child = (step: string, score: number, terminal: boolean): Child => {
    const path = text + step;
    const answer =
      terminal && uniform(`n/${seed}/${path}`) >= 0.1 ? Math.floor(uniform(`a/${seed}/${path}`) * 4) : null;
    return {
      ...{ trajectory: trajectory.extend({ text: step }, terminal), score, stepScores: [], logprob: null, tokens: 1 },
      answer: answer === null ? null : String(answer),
    };
  };
  if (/[a-d]$/.test(text)) {
    const ended = text.length + 1 >= 2 * depth || uniform(`e/${seed}/${text}.`) < ends;
    return [child(".", uniform(`c/${seed}/${text}.`), ended)];
  }
  const drawn = Array.from(
    { length: text.length + 2 >= 2 * depth ? 1 : branching },
    (_, i) => letters[Math.floor(uniform(`d/${seed}/${text}/${i}`) * 4)],
  );
  return drawn.map((letter = "") => child(letter, uniform(`u/${seed}/${text}${letter}`), false));
}

const byText = {
  classes: (answers: readonly (string | null)[]) => answers.map((answer) => (answer === null ? -1 : Number(answer))),
};

describe("RAP beside maitrix-org/llm-reasoners, f94e5ac", () => {
  it("passes the same nodes as often, with the same Q, and weighs the same answer heaviest", () => {
    const cases = recorded<Case>("rap");
    const share = reportsAgreement("rap", cases, (each) => {
      const { seed: _, answer, nodes, ends: _ends, ...given } = each;
      const walk = rapWalk(parseOptions(rap, given));
      const search = rounds(walk);
      const { state } = driveRecorded(search, (expansion) => brings(each, expansion));
      const found = new Map<string, readonly [number, number | null]>();
      for (let node = 0; node < state.tree.size; node++) {
        const { visits, value } = walk.statistics(state, node);
        if (visits > 0) found.set(state.tree.trajectoryOf(node).text, [visits, value]);
      }
      const same = Object.entries(nodes).every(([path, [visits, q]]) => {
        const [ours, value] = found.get(path) ?? [0, null];
        return ours === visits && Math.abs((value ?? Number.NaN) - q) < 1e-9;
      });
      const picked = aggregated(state, search.finished(state), byText)?.answer ?? null;
      return same && found.size === Object.keys(nodes).length && picked === answer;
    });
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(share).toBe(1);
  });
});

describe("the usefulness of a sub-question", () => {
  it("is the chance of Yes against No as the first word, else what was said", () => {
    const top = [" Yes", "yes", "No", "Maybe"].map((token, i) => ({
      token,
      logprob: Math.log([0.3, 0.1, 0.4, 0.2][i] ?? 0),
    }));
    expect(chanceOfYes({ text: "Yes", logprobs: [{ token: " Yes", logprob: -1, top }] })).toBeCloseTo(0.5, 12);
    expect(chanceOfYes({ text: "No, it is not." })).toBe(0);
    expect(chanceOfYes({ text: "Perhaps" })).toBeNull();
  });
});
