import { describe, expect, it } from "vitest";
import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Policy, Sample, TokenLogprob } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { best, majority, weighted } from "../../../src/engine/picking/selections.ts";
import { leadProbability } from "../../../src/engine/picking/stopping.ts";
import { solve } from "../../../src/engine/solve.ts";
import { adaptiveVote } from "../../../strategies/sampling/adaptive-vote.ts";
import { confidenceOf, deepConf } from "../../../strategies/sampling/deep-conf.ts";
import { earlyStopping } from "../../../strategies/sampling/early-stopping.ts";
import { bordaVote, selfCertaintyOf } from "../../../strategies/sampling/self-certainty-vote.ts";
import { recorded } from "./recorded.ts";

/** A policy that deals out these texts in order, whole; `calls` counts the requests. */
function dealing(samples: readonly { text: string; logprobs?: readonly TokenLogprob[] }[]): Policy & { calls: number } {
  const placeOf = new Map<number, number>();
  return {
    calls: 0,
    id: "dealing",
    capabilities: {
      ...{ continuesPrefix: true, embeds: false, seeds: true, sharedPrompt: true, contextTokens: null },
      logprobs: { top: 20 },
    } as unknown as Policy["capabilities"],
    async sample({ seeds }) {
      this.calls++;
      return seeds.map((seed): Sample => {
        const place = placeOf.get(seed) ?? placeOf.size;
        placeOf.set(seed, place);
        const { text = "", logprobs } = samples[place] ?? {};
        const completionTokens = logprobs?.length ?? 1;
        return {
          ...{ text, logprobs, completionTokens, seed, finish: "stop", promptTokens: 1, cachedPromptTokens: 0 },
          ...{ sharedPrompt: true, dollars: 0 },
        };
      });
    },
  };
}

const boxed = (answer: number | string) => ({ text: `So it is \\boxed{${answer}}.` });
/** Equal texts are equal answers. */
const byText = {
  classes: (answers: readonly (string | null)[]) => {
    const distinct = [...new Set(answers)].filter((answer) => answer !== null);
    return answers.map((answer) => (answer === null ? -1 : distinct.indexOf(answer)));
  },
  verifiers: { outcome: true, process: false, aggregation: "last" },
} as unknown as Run;
const candidate = (index: number, answer: string | null, given: Partial<ScoredCandidate> = {}): ScoredCandidate => ({
  ...{ index, text: "", trajectory: Trajectory.root(), complete: true, score: null },
  ...{ answer: answer === null ? null : { text: answer, rule: "boxed" }, ...given },
});

describe("adaptive consistency beside Pranjal2041/AdaptiveConsistency, 899ab56", () => {
  interface Case {
    readonly threshold: number;
    readonly answers: number[];
    readonly drawn: number;
    readonly picked: number;
    readonly probability: number;
  }

  it("stops at the same sample with the same answer, in waves", async () => {
    const cases = recorded<Case>("adaptive-consistency");
    let [same, waves, drawn] = [0, 0, 0];
    for (const { threshold, answers, ...expected } of cases) {
      const policy = dealing(answers.map(boxed));
      const options = { n: 40, threshold };
      const { candidates, answer } = await solve("?", { strategy: adaptiveVote, options, policy });
      if (candidates.length === expected.drawn && answer === String(expected.picked)) same++;
      const counts = [...new Map(answers.slice(0, expected.drawn).map((one) => [one, 0])).keys()]
        .map((one) => answers.slice(0, expected.drawn).filter((other) => other === one).length)
        .sort((a, b) => b - a);
      // The library integrates numerically, to about 1e-8.
      expect(Math.abs(leadProbability(counts[0] ?? 0, counts[1] ?? 0) - expected.probability)).toBeLessThan(1e-8);
      waves += policy.calls;
      drawn += candidates.length;
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(same / cases.length).toBe(1);
    expect(waves / drawn).toBeLessThan(0.5);
  });
});

describe("early stopping beside Yiwei98/ESC, 799157a", () => {
  interface Case {
    readonly window: number;
    readonly n: number;
    readonly answers: number[];
    readonly drawn: number;
    readonly picked: number;
  }

  it("stops after the same window with the same answer", async () => {
    const cases = recorded<Case>("early-stopping");
    for (const { window, n, answers, drawn, picked } of cases) {
      const policy = dealing(answers.map(boxed));
      const result = await solve("?", { strategy: earlyStopping, options: { n, window }, policy });
      expect([result.candidates.length, result.answer]).toEqual([drawn, String(picked)]);
      expect(policy.calls).toBe(drawn / window);
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
  });
});

describe("self-certainty beside backprop07/Self-Certainty, b17d021", () => {
  interface Case {
    readonly power: number;
    readonly answers: string[];
    readonly logprobs: number[][][];
    readonly certainty: number[];
    readonly picked: string;
  }

  it("measures the same over a whole vocabulary, and votes for the same answer", async () => {
    const cases = recorded<Case>("self-certainty");
    for (const { power, answers, logprobs, certainty, picked } of cases) {
      const candidates = answers.map((answer, index) => {
        const tokens = (logprobs[index] ?? []).map((top) => ({
          ...{ token: "", logprob: 0, top: top.map((logprob) => ({ token: "", logprob })) },
        }));
        const value = selfCertaintyOf(tokens);
        expect(Math.abs((value ?? Number.NaN) - (certainty[index] ?? 0))).toBeLessThan(1e-9);
        return candidate(index, answer === "none" ? null : answer, { value: value ?? undefined });
      });
      const pick = await bordaVote(power).pick(candidates, byText);
      if (answers.some((answer) => answer !== "none")) expect(pick?.answer).toBe(picked);
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
  });
});

describe("votes beside huggingface/search-and-learn, 6f81cac", () => {
  interface Case {
    readonly answers: string[];
    readonly scores: number[];
    readonly naive: string;
    readonly weighted: string;
    readonly maj: string;
  }

  it("picks the same by majority, by weight and by the best score", async () => {
    const cases = recorded<Case>("votes");
    const same = { maj: 0, weighted: 0, naive: 0 };
    for (const { answers, scores, ...expected } of cases) {
      const judged = answers.map((answer, i) => candidate(i, answer, { score: { value: scores[i] ?? null } }));
      const plain = answers.map((answer, i) => candidate(i, answer));
      if ((await majority().pick(plain, byText))?.answer === expected.maj) same.maj++;
      if ((await weighted().pick(judged, byText))?.answer === expected.weighted) same.weighted++;
      if ((await best().pick(judged, byText))?.answer === expected.naive) same.naive++;
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const count of Object.values(same)) expect(count / cases.length).toBeGreaterThanOrEqual(0.99);
  });
});

describe("DeepConf beside facebookresearch/deepconf, 675529d", () => {
  interface Case {
    readonly case: number;
    readonly window: number;
    readonly percentile: number;
    readonly warmup: number;
    readonly n: number;
    readonly share: number;
    readonly lengths: number[];
    readonly answers: number[];
    readonly bar: number;
    readonly lowest: number[];
    readonly tokens: number[];
    readonly picked: string | null;
    readonly offline: Record<"mean" | "tail" | "bottom" | "lowest", { first: number[]; picked: string }>;
  }
  const cases = recorded<Case>("deep-conf");

  /** As sampling.py makes them. */
  function confidences(seed: number, count: number): number[] {
    let [state, level] = [seed * 7919 + 17, 4000];
    return Array.from({ length: count }, () => {
      state = Number((BigInt(state) * 48271n) % 2147483647n);
      level = Math.min(7500, Math.max(500, level + (state % 1201) - 600));
      return level / 1000;
    });
  }

  /** The tokens spell the text: the last has the answer, each before it one character. */
  function traceOf({ case: number, lengths, answers }: Case, i: number) {
    const end = `\\boxed{${answers[i]}}`;
    const each = confidences(number * 100 + i, lengths[i] ?? 0);
    const logprobs = each.map((confidence, t) => {
      const top = [{ token: "a", logprob: -confidence }];
      return { token: t === each.length - 1 ? end : ".", logprob: -1, top };
    });
    return { text: logprobs.map(({ token }) => token).join(""), logprobs };
  }

  it("online: the same threshold, the same samples aborted at the same token, the same answer", async () => {
    let [same, aborted] = [0, 0];
    for (const given of cases) {
      const { warmup, n, window, percentile, bar, tokens, lengths, picked } = given;
      const options = { n, warmup, window, top: percentile / 100, consensus: null };
      const policy = dealing(lengths.map((_, i) => traceOf(given, i)));
      const { answer, candidates } = await solve("?", { strategy: deepConf, options, policy });
      const found = candidates.at(-1)?.notes?.threshold;
      // The authors round to thousandths before the percentile is taken.
      expect(Math.abs(Number(found) - bar)).toBeLessThan(6e-4);
      const kept = candidates.map(({ logprobs }) => logprobs?.length ?? 0);
      if (answer === picked && kept.every((count, i) => count === tokens[i])) same++;
      aborted += candidates.filter(({ notes }) => notes?.dropped === true).length;
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(aborted).toBeGreaterThan(500);
    expect(same / cases.length).toBeGreaterThanOrEqual(0.99);
  });

  it("offline: the same confidences and the same answers of the filtered, weighted vote", async () => {
    let same = 0;
    for (const given of cases) {
      for (const [measure, { first, picked }] of Object.entries(given.offline)) {
        for (const [i, expected] of first.entries()) {
          const value = confidenceOf(traceOf(given, i).logprobs, measure as "mean", given.window);
          expect(Math.abs((value ?? Number.NaN) - expected)).toBeLessThan(1e-9);
        }
        const options = { n: given.n, online: false, measure, window: given.window, top: given.share };
        const policy = dealing(given.lengths.map((_, i) => traceOf(given, i)));
        const { answer } = await solve("?", { strategy: deepConf, options, policy });
        if (answer === picked) same++;
      }
    }
    expect(same / (4 * cases.length)).toBeGreaterThanOrEqual(0.99);
  });

  it("stops as soon as the consensus is reached after the warm-up", async () => {
    const options = { n: 40, warmup: 6, window: 4, top: 0.9, together: 4 };
    const one = { ...(cases[0] as Case), answers: Array.from({ length: 40 }, () => 7) };
    const lengths = Array.from({ length: 40 }, () => 12);
    const policy = dealing(lengths.map((_, i) => traceOf({ ...one, lengths }, i)));
    const { candidates, stopped } = await solve("?", { strategy: deepConf, options, policy });
    expect([candidates.length, stopped]).toEqual([6, "enough"]);
  });
});
