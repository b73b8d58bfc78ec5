import { z } from "zod";
import { defineMetric, type MetricResult, type TrialRow } from "../../src/core/metric.ts";
import { defineProblemMetric, overUnits } from "../../src/statistics/metric.ts";
import { mean } from "../../src/statistics/numeric/arrays.ts";

const options = z.strictObject({
  policy: z.number().positive().describe("parameters of the policy that work on a token, in billions"),
  verifier: z.number().positive().optional().describe("the same of the verifiers; needed where they read or write"),
});
type Options = z.output<typeof options>;

const known = ({ policyTokens, verifierTokens }: TrialRow): boolean => policyTokens != null && verifierTokens != null;
const gigaflops = (billions: number, tokens: number): number => 2 * billions * tokens;

/** 2 N a token of prompt and completion, for a model of N parameters. Attention over the context is not in it. */
function flopsOf({ policyTokens, verifierTokens }: TrialRow, { policy, verifier }: Options) {
  return { policy: gigaflops(policy, policyTokens ?? 0), verifier: gigaflops(verifier ?? 0, verifierTokens ?? 0) };
}

const whole = defineProblemMetric<Options>({
  ...{ name: "flops", summary: "", scale: "number", better: "lower", options },
  keeps: known,
  ofProblem: (trials, given) => mean(trials.map((row) => flopsOf(row, given).policy + flopsOf(row, given).verifier)),
});

/** Forward passes alone, a token served from a prefix cache counting as one that was read. */
export const flops = defineMetric<Options>({
  name: "flops",
  summary: "mean 10⁹ floating-point operations of a trial, policy and verifiers, 2 N a token",
  paper: "Kaplan et al. 2020, arXiv:2001.08361, section 2.1; Snell et al. 2024, arXiv:2408.03314",
  scale: "number",
  better: "lower",
  options,
  partsAre: "model",
  compute(rows, given, random): MetricResult {
    const missing = given.verifier === undefined && rows.some(({ verifierTokens }) => (verifierTokens ?? 0) > 0);
    if (missing) {
      const note = "verifiers read or write: give their parameters, in billions, under options.verifier";
      return { ...overUnits("number", [], rows.length, 0), note };
    }
    const kept = rows.filter(known);
    const part = (name: "policy" | "verifier") => ({
      part: name,
      value: kept.length === 0 ? null : mean(kept.map((row) => flopsOf(row, given)[name])),
      interval: null,
      units: new Set(kept.map(({ problem }) => problem)).size,
    });
    return { ...whole.compute(rows, given, random), parts: [part("policy"), part("verifier")] };
  },
});
