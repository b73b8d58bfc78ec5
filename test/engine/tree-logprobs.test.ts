import { describe, expect, it } from "vitest";
import type { Policy, Sample, SampleRequest, TokenLogprob } from "../../src/core/policy.ts";
import { logprobsOfSteps, tokensBehind, tokensUpTo, tokensWithin } from "../../src/core/token-logprobs.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { solve } from "../../src/engine/solve.ts";
import { beamSearch } from "../../strategies/search/beam-search.ts";
import { mctsr } from "../../strategies/search/mctsr.ts";
import { selfCertainty } from "../../verifiers/self-certainty.ts";

const question = { id: "q", text: "What is 4 + 5?", kind: "number" } as const;
const words = (text: string) => text.match(/\s*\S+/g) ?? [];
/** How likely a word is depends on the word and on nothing else. */
const tokenOf = (token: string): TokenLogprob => {
  const logprob = -(token.length % 5) / 10;
  return { token, logprob, top: [1, 2, 3, 4, 5].map((i) => ({ token: `${i}`, logprob: logprob - i / 10 })) };
};

/** Writes one of two solutions, by seed, on from where they stand, and counts what it is asked for. */
function policyThatReads(lead = ""): Policy & { readonly purposes: string[] } {
  const purposes: string[] = [];
  const sampleOf = ({ prefix = "", stop = [] }: SampleRequest, seed: number): Sample => {
    const whole =
      [`We add.\n\nIt is ${seed % 3} more.\n\nSo \\boxed{9}.`, `Add them.\n\nSo \\boxed{8}.`][seed % 2] ?? "";
    const left = whole.startsWith(prefix) ? whole.slice(prefix.length) : "So \\boxed{7}.";
    const rest = prefix === "" ? lead + left : left;
    const at = stop.length === 0 ? -1 : rest.indexOf(stop[0] ?? "");
    const text = at < 0 ? rest : rest.slice(0, at);
    return {
      ...{ text, finish: "stop", seed, ...(at >= 0 && { stoppedBy: stop[0] }) },
      ...{ promptTokens: 9, cachedPromptTokens: 0, completionTokens: words(text).length, dollars: 0 },
      ...{ sharedPrompt: false, logprobs: words(text).map(tokenOf) },
    };
  };
  return {
    id: "reads",
    capabilities: {
      ...{ prefix: "native", logprobs: { top: 5 }, readsPrefix: true, sharedPrompt: false, seeds: true, embeds: false },
      ...{ reportsStops: true, contextTokens: null, parallel: 4 },
    },
    purposes,
    async sample(request) {
      purposes.push(request.purpose);
      return request.seeds.map((seed) => sampleOf(request, seed));
    },
  };
}

const certain = () => ({
  outcome: { name: "self-certainty", verifier: selfCertainty.outcome?.({ by: "probability", window: 64 }) },
});

describe("a candidate that a search put together", () => {
  it.each([
    { strategy: beamSearch, options: { width: 2, branching: 2 } },
    // Its first step is blank, and drawn again.
    { strategy: beamSearch, options: { width: 2, branching: 2 }, lead: "\n\n" },
    { strategy: mctsr, options: { simulations: 3 } },
  ])(
    "has the log-probabilities of its steps, so that nothing is read again: $strategy.name $lead",
    async ({ lead, ...given }) => {
      const policy = policyThatReads(lead);
      const verifiers = certain() as never;
      const solution = await solve(question, { ...given, policy, verifiers, logprobs: 5, seed: 1 } as never);
      expect(solution.candidates.length).toBeGreaterThan(1);
      for (const { text, logprobs, score } of solution.candidates) {
        const own = words(text).map(tokenOf);
        // What stands between steps is none of their tokens: the words are, with or without the white space before.
        expect(logprobs?.map(({ token }) => token.trim())).toEqual(own.map(({ token }) => token.trim()));
        expect(score?.value).toBeGreaterThan(0);
      }
      expect(policy.purposes).not.toContain("read");
    },
  );

  it("keeps none where nothing reads them", async () => {
    const policy = policyThatReads();
    const solution = await solve(question, {
      ...{ strategy: beamSearch, options: { width: 2, branching: 2 }, policy, seed: 1 },
    } as never);
    for (const { logprobs } of solution.candidates) expect(logprobs).toBeUndefined();
  });
});

describe("tokens", () => {
  const tokens = ["ab", "c", " de", "f"].map(tokenOf);
  const of = (some: readonly TokenLogprob[]) => some.map(({ token }) => token).join("|");

  it("are cut to a length, and shared out by where they begin", () => {
    expect(of(tokensUpTo(tokens, 3))).toBe("ab|c");
    expect(of(tokensUpTo(tokens, 5))).toBe("ab|c");
    expect([of(tokensWithin(tokens, 0, 2, false)), of(tokensWithin(tokens, 2, 4, true))]).toEqual(["ab", "c| de|f"]);
  });

  it("are those behind a lead that was taken off, the rest of one that it cuts among them", () => {
    expect([0, 2, 3, 4, 7].map((start) => of(tokensBehind(tokens, start)))).toEqual([
      "ab|c| de|f",
      "c| de|f",
      " de|f",
      "de|f",
      "",
    ]);
  });

  it("are those of all steps, of the last one, or unknown", () => {
    const [one, two] = [
      { text: "abc", tokenLogprobs: tokens.slice(0, 2) },
      { text: " def", tokenLogprobs: tokens.slice(2) },
    ];
    const path = Trajectory.of([one, two]);
    expect(of(logprobsOfSteps(path, "abc def") ?? [])).toBe("ab|c| de|f");
    expect(of(logprobsOfSteps(path, " def") ?? [])).toBe(" de|f");
    expect(logprobsOfSteps(path, "def")).toBeUndefined();
    expect(logprobsOfSteps(Trajectory.of([{ text: "abc" }, two]), "abc def")).toBeUndefined();
  });
});
