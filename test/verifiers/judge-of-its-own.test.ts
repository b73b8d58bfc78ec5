import { describe, expect, it } from "vitest";
import type { Capabilities } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/solve.ts";
import { type ScriptEntry, scriptedPolicy } from "../../src/policy/scripted.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { judge } from "../../verifiers/judge.ts";
import { stepJudge } from "../../verifiers/step-judge.ts";

const question = { id: "q", text: "What is 2 + 2?", kind: "math" } as const;

/** The policy can continue a reply and gives no log-probabilities; the judge is as said. */
async function judged(verifiers: object, script: readonly ScriptEntry[], capabilities: Partial<Capabilities>) {
  const policy = scriptedPolicy(["x = 4.\n\nSo \\boxed{4}"], { id: "policy" });
  const asked = scriptedPolicy(script, { id: "judge", capabilities });
  const { candidates } = await solve(question, {
    ...{ strategy: bestOfN, options: { n: 1 }, policy, models: { judge: asked }, verifiers, seed: 1 },
  } as never);
  return { candidate: candidates[0], asked: asked.requests[0] };
}

describe("a judge that is another model than the policy", () => {
  it("is asked for what it can give, not for what the policy can", async () => {
    const top = [
      { token: "Yes", logprob: Math.log(0.9) },
      { token: "No", logprob: Math.log(0.1) },
    ];
    const yes = { text: "Yes", logprobs: [{ token: "Yes", logprob: Math.log(0.9), top }] };
    const options = { by: "auto", k: 8, temperature: 0.7, maxTokens: 512, explain: false, model: "judge" } as const;
    const verifiers = { outcome: { name: "judge", verifier: judge.outcome?.(options) } };
    const { candidate, asked } = await judged(verifiers, [yes], { logprobs: { top: 20 } });
    expect(asked?.logprobs).toBe(20);
    expect(candidate?.score?.value).toBeCloseTo(0.9, 6);
  });

  it("is given the beginning of its reply only where it can go on with one", async () => {
    const process = { name: "step-judge", verifier: stepJudge.process?.({ by: "auto", model: "judge" }) };
    const script = ["Step 1: 9\nStep 2: 3"];
    const { candidate, asked } = await judged({ process }, script, { prefix: "none" as never });
    expect(asked?.prefix).toBeUndefined();
    expect(candidate?.steps?.map((score) => score?.value)).toEqual([1, 1 / 3]);
  });
});
