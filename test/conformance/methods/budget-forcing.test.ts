import { describe, expect, it } from "vitest";
import type { Policy, Sample, SampleRequest } from "../../../src/core/policy.ts";
import { solve } from "../../../src/engine/solve.ts";
import { scriptedPolicy } from "../../../src/policy/scripted.ts";
import { budgetForcing } from "../../../strategies/correction/budget-forcing.ts";
import { recorded } from "./recorded.ts";

interface Case {
  readonly case: number;
  readonly waits: number;
  /** Tokens, which are characters here, of thought. */
  readonly limit: number;
  /** After how many the model ends each stretch. */
  readonly lengths: readonly number[];
  readonly stretches: number;
  /** From the beginning of the thought to where the answer begins. */
  readonly answerPrompt: string;
}

const stretch = (of: number, place: number, length: number): string =>
  Array.from({ length }, (_, i) => String.fromCharCode(97 + ((7 * of + 5 * place + i) % 26))).join("");

/** Thinks the stretches of a case, a token a character, and answers in one word. */
function thinking(given: Case): Policy & { readonly requests: SampleRequest[] } {
  const requests: SampleRequest[] = [];
  const { capabilities } = scriptedPolicy([]);
  let place = 0;
  return {
    ...{ id: "thinking", capabilities: { ...capabilities, prefix: "native", thinks: true, thoughtFormat: "think" } },
    requests,
    sample: async (request) => {
      requests.push(request);
      const thinks = request.thoughtInText === true;
      const whole = thinks ? stretch(given.case, place, given.lengths[place] ?? 0) : "\\boxed{4}";
      if (thinks) place++;
      // The token that ends a thought counts.
      const cut = whole.length + 1 > request.maxTokens;
      const text = whole.slice(0, request.maxTokens);
      const counts = { promptTokens: 1, cachedPromptTokens: 0, completionTokens: text.length, dollars: 0 };
      const [seed = 0] = request.seeds;
      return [{ text, finish: cut ? "length" : "stop", seed, sharedPrompt: true, ...counts } satisfies Sample];
    },
  };
}

const cue = "Final Answer:";
const thoughtOf = (prompt: string): string => prompt.slice("<think>\n".length, prompt.indexOf("</think>")).trimEnd();

describe("budget forcing beside simplescaling/s1, 77272c6", () => {
  it("goes on with the same thoughts, and closes them the same way", async () => {
    const cases = recorded<Case>("budget-forcing");
    const counts = { same: 0, cutLater: 0 };
    for (const given of cases) {
      const policy = thinking(given);
      const { waits, limit, lengths, answerPrompt } = given;
      const options = { waits, thinkingTokens: limit, accept: "always" };
      await solve("Q", { strategy: budgetForcing, options, policy, maxTokens: 1_000 });
      const ours = policy.requests.at(-1)?.prefix?.replaceAll("\n\nWait", "Wait") ?? "";
      const written = lengths.slice(0, waits + 1).reduce((sum, length) => sum + length, 0);
      const cutAtOnce = (lengths[0] ?? 0) >= limit;
      // There the limit is one of each stretch, and of the whole with the cues; here of all stretches.
      if (cutAtOnce || written + 4 * waits < limit) {
        counts.same++;
        expect(thoughtOf(ours)).toBe(thoughtOf(answerPrompt));
        expect(ours.endsWith(cue)).toBe(answerPrompt.endsWith(cue));
      } else {
        counts.cutLater++;
        const [one, other] = [thoughtOf(ours), thoughtOf(answerPrompt)];
        expect(one.startsWith(other) || other.startsWith(one)).toBe(true);
        expect(one.replaceAll("Wait", "").length).toBe(Math.min(written, limit));
        expect(ours.endsWith(cue)).toBe(written >= limit);
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(counts.same).toBeGreaterThanOrEqual(150);
  });
});
