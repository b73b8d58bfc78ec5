import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/core/candidate.ts";
import type { SampleSpec } from "../../src/core/run.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { ownLogprobs } from "../../verifiers/support/own-words.ts";

const candidate = (...steps: readonly Step[]): Candidate => {
  const trajectory = Trajectory.of(steps);
  return { trajectory, text: trajectory.text, answer: null, complete: true };
};

/** A run whose policy reads texts, and the requests that reached it. */
function reading() {
  const asked: SampleSpec[] = [];
  const run = {
    ...{ question: { id: "q", text: "q", kind: "math" }, policy: { capabilities: { readsPrefix: true } } },
    sample: async (spec: SampleSpec) => {
      asked.push(spec);
      return [{ prefixLogprobs: [{ token: spec.prefix, logprob: -1 }] }];
    },
  };
  return { asked, run: run as never };
}

describe("the policy's own words", () => {
  it("are read back where a text came without log-probabilities", async () => {
    const { asked, run } = reading();
    expect(await ownLogprobs(run, candidate({ text: "It is 5." }), 0)).toMatchObject([{ token: "It is 5." }]);
    expect(asked).toHaveLength(1);
  });

  it("are not those of a text that an interpreter wrote parts of", async () => {
    const { asked, run } = reading();
    const dialogue = candidate({ text: "print(5)\n", observation: "```output\n5\n```\n" }, { text: "It is 5." });
    expect(await ownLogprobs(run, dialogue, 0)).toBeUndefined();
    expect(asked).toEqual([]);
    const drawn = { ...dialogue, logprobs: [{ token: "It", logprob: -1 }] };
    expect(await ownLogprobs(run, drawn, 0)).toHaveLength(1);
  });
});
