import { describe, expect, it } from "vitest";
import type { Sample, TokenLogprob } from "../../src/core/policy.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { criticalToken } from "../../strategies/search/critical-token.ts";
import { entropyBranching } from "../../strategies/search/entropy-branching.ts";
import { branchBeginnings, forksOf, tokenEntropy, uncertainForks } from "../../strategies/search/kit/forks.ts";
import { play } from "./playing.ts";

const model = { capabilities: { logprobs: { top: 5 } } };
const box = (answer: number) => `\\boxed{${answer}}`;

/** A token with its chance, and the chances of others in its place. */
function token(text: string, chance = 1, others: Readonly<Record<string, number>> = {}): TokenLogprob {
  const top = [[text, chance] as const, ...Object.entries(others)].map(([name, p]) => ({
    token: name,
    logprob: Math.log(p),
  }));
  return { token: text, logprob: Math.log(chance), top };
}

const textOf = (tokens: readonly TokenLogprob[]): Partial<Sample> & { text: string } => ({
  text: tokens.map((each) => each.token).join(""),
  logprobs: tokens,
});

/** Six places, of which those of " a", " c" and " e" are uncertain, that of " c" most. */
const draft = textOf([
  token("So"),
  token(" a", 0.8, { " x": 0.2 }),
  token(" b", 0.9, { " B": 0.1 }),
  token(" c", 0.5, { " y": 0.3, " z": 0.2 }),
  token(" d", 0.995, { " q": 0.005 }),
  token(" e", 0.7, { " w": 0.3 }),
  token(" \\boxed{1}", 0.5, { " \\boxed{2}": 0.5 }),
]);

describe("tokenEntropy", () => {
  it("is that of the alternatives, what they leave counted as one more", () => {
    expect(tokenEntropy(token("a", 0.5, { b: 0.5 }))).toBeCloseTo(Math.log(2), 10);
    expect(tokenEntropy(token("a", 0.5, { b: 0.25 }))).toBeCloseTo(1.5 * Math.log(2), 10);
    expect(
      tokenEntropy({ token: "a", logprob: Math.log(0.5), top: [{ token: "b", logprob: Math.log(0.5) }] }),
    ).toBeCloseTo(Math.log(2), 10);
    expect(tokenEntropy(token("a"))).toBe(0);
    expect(tokenEntropy({ token: "a", logprob: -3 })).toBe(0);
  });
});

describe("forksOf", () => {
  it("finds the tokens before the box that could have been others, not by case or a hair's breadth alone", () => {
    const forks = forksOf(draft);
    expect(forks.map(({ token, before, written, alternatives }) => [token, before, written, alternatives])).toEqual([
      [1, "So", " a", [" x"]],
      [3, "So a b", " c", [" y", " z"]],
      [5, "So a b c d", " e", [" w"]],
    ]);
    expect(uncertainForks(forks, 2, 0).map(({ token }) => token)).toEqual([3, 5]);
    expect(uncertainForks(forks, 9, 0.55).map(({ token }) => token)).toEqual([3, 5]);
  });

  it("takes no white space or control token for an alternative, and stops where tokens do not spell the text", () => {
    const odd = textOf([token("a", 0.5, { "\n": 0.3, "<|im_end|>": 0.2 }), token("b", 0.5, { c: 0.5 })]);
    expect(forksOf(odd).map(({ token }) => token)).toEqual([1]);
    expect(forksOf({ ...odd, text: "a?b" })).toEqual([]);
    expect(forksOf({ text: "ab" })).toEqual([]);
  });

  it("deals branches out to the forks in turn", () => {
    const order = uncertainForks(forksOf(draft), 3, 0);
    expect(branchBeginnings(order, 9)).toEqual(["So a b y", "So a b c d w", "So x", "So a b z"]);
    expect(branchBeginnings(order, 2)).toHaveLength(2);
    expect(branchBeginnings([], 2)).toEqual([]);
  });
});

describe("entropy-branching", () => {
  it("branches from the greedy solution's most uncertain tokens and lets all ends vote", async () => {
    const script = [draft, ` ${box(7)}`, ` ${box(7)}`];
    const played = await play(entropyBranching, { n: 3, forks: 2 }, script, { model });
    expect(played.requests.map(({ prefix, temperature, logprobs }) => [prefix, temperature, logprobs])).toEqual([
      [undefined, 0, 5],
      ["So a b y", 0.7, undefined],
      ["So a b c d w", 0.7, undefined],
    ]);
    expect(played.solution.candidates.map(({ text }) => text)).toEqual([
      draft.text,
      `So a b y ${box(7)}`,
      `So a b c d w ${box(7)}`,
    ]);
    expect(played.solution.answer).toBe("7");
  });

  it("gives a solution that is sure of every token no branches", async () => {
    const sure = textOf([token("So"), token(` ${box(1)}`)]);
    const played = await play(entropyBranching, {}, [sure], { model });
    expect(played.solution).toMatchObject({ answer: "1", stopped: "finished" });
  });

  it("is self-consistency where the policy gives no alternatives", async () => {
    const played = await play(entropyBranching, { n: 3 }, [box(1), box(2), box(2)]);
    expect(played.calls.map((call) => call.split(":")[0])).toEqual(["solve ×3"]);
    expect(played.solution.answer).toBe("2");
  });
});

describe("critical-token", () => {
  const prefixes = (played: Awaited<ReturnType<typeof play>>) => played.requests.map(({ prefix, n }) => [prefix, n]);

  it("ends with the plain samples where the greedy solution agrees with their majority", async () => {
    const played = await play(criticalToken, { samples: 2 }, [draft, box(1), box(3)], { model });
    expect(prefixes(played)).toEqual([
      [undefined, 1],
      [undefined, 2],
    ]);
    expect(played.solution.answer).toBe("1");
  });

  it("finds by halving the first token after which no completion agrees, and branches there", async () => {
    const plain = [box(7), box(7)];
    const afterE = [` ${box(1)}`, ` ${box(1)}`]; // lost
    const afterA = [` ${box(7)}`, ` ${box(1)}`]; // not lost
    const afterC = [` ${box(1)}`, ` ${box(1)}`]; // lost: " c" is the critical token
    const branches = [` ${box(7)}`, ` ${box(7)}`, ` ${box(7)}`];
    const script = [draft, ...plain, ...afterE, ...afterC, ...afterA, ...branches];
    const notes: string[] = [];
    const played = await play(criticalToken, { samples: 2, rollouts: 2, branches: 3 }, script, {
      model,
      onEvent: (event) => {
        if (event.type === "note") notes.push(event.message);
      },
    });
    expect(prefixes(played)).toEqual([
      [undefined, 1],
      [undefined, 2],
      ["So a b c d e", 2],
      ["So a b c", 2],
      ["So a", 2],
      ["So a b y", 1],
      ["So a b z", 1],
      ["So a b y", 1],
    ]);
    expect(notes).toEqual(['critical-token: token 3, " c"']);
    expect(played.solution.answer).toBe("7");
    expect(played.left).toBe(0);
  });

  it("takes the first token for critical where completions fail after it already", async () => {
    const script = [draft, box(7), box(7), ...Array(6).fill(` ${box(1)}`), ` ${box(7)}`];
    const played = await play(criticalToken, { samples: 2, rollouts: 2, branches: 1 }, script, { model });
    expect(prefixes(played).slice(2)).toEqual([
      ["So a b c d e", 2],
      ["So a b c", 2],
      ["So a", 2],
      ["So x", 1],
    ]);
  });

  it("has nothing to branch at where completions recover even from the last token", async () => {
    const script = [draft, box(7), box(7), ` ${box(7)}`, ` ${box(1)}`];
    const played = await play(criticalToken, { samples: 2, rollouts: 2 }, script, { model });
    expect(played.requests).toHaveLength(3);
    expect(played.solution).toMatchObject({ answer: "7", stopped: "finished" });
  });

  it("asks no more than it says, and falls back on plain samples without alternatives", async () => {
    expect(criticalToken.cost(parseOptions(criticalToken, {})).calls).toBe(1 + 4 + 4 * 5 + 4);
    const played = await play(criticalToken, { samples: 1, branches: 1 }, [box(1), box(2), box(2)]);
    expect(played.calls.map((call) => call.split(":")[0])).toEqual(["solve ×3"]);
  });
});
