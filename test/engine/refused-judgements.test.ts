import { describe, expect, it } from "vitest";
import { ModelCallError } from "../../src/core/errors.ts";
import type { Policy } from "../../src/core/policy.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { bestOfN } from "../../strategies/sampling/best-of-n.ts";
import { critic } from "../../verifiers/critic.ts";
import { judge } from "../../verifiers/judge.ts";

const solutions = ["so \\boxed{1}", "a very long one: \\boxed{2}", "then \\boxed{3}"];

/** Writes the solutions; as a judge it cannot take the long one. */
function policy(kind: "context" | "key"): Policy {
  const scripted = scriptedPolicy(solutions);
  return {
    ...scripted,
    sample: async (request, options) => {
      if (request.purpose !== "judge" && request.purpose !== "critic") return await scripted.sample(request, options);
      const asked = request.messages.at(-1)?.content ?? "";
      if (asked.includes("very long"))
        throw new ModelCallError("the text is too long", { status: 400, kind, retryable: false });
      const text = request.purpose === "critic" ? "\\boxed{-1}" : `Rating: ${asked.includes("{3}") ? 9 : 4}`;
      return await scriptedPolicy([text]).sample(request, options);
    },
  };
}

describe("a text that a judge cannot take", () => {
  it("has no score and says why; the others have theirs", async () => {
    const outcome = { name: "judge", verifier: judge.outcome?.(judge.options.parse({})) as never };
    const given = { strategy: bestOfN, options: { n: 3 }, verifiers: { outcome } };
    const solution = await solve("q", { ...given, policy: policy("context") });
    expect(solution.answer).toBe("3");
    expect(solution.candidates.map(({ score }) => score?.value)).toEqual([0.4, null, 0.9]);
    expect(solution.candidates[1]?.score?.reason).toBe("the text is too long");
    await expect(solve("q", { ...given, policy: policy("key") })).rejects.toThrow("the text is too long");
  });

  it("has no score of any of its steps", async () => {
    const process = { name: "critic", verifier: critic.process?.(critic.options.parse({})) as never };
    const given = { strategy: bestOfN, options: { n: 3 }, verifiers: { process } };
    const solution = await solve("q", { ...given, policy: policy("context") });
    expect(solution.candidates.map(({ score }) => score?.value)).toEqual([1, null, 1]);
  });
});
