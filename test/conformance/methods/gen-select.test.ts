import { describe, expect, it } from "vitest";
import { genSelect } from "../../../strategies/sampling/gen-select.ts";
import { play } from "../../strategies/playing.ts";
import { recorded } from "./recorded.ts";

interface Case {
  readonly solutions: readonly { readonly answer: number | null; readonly length: number }[];
  readonly reply: string;
  /** Solutions that were compared. */
  readonly kept: number;
  /** Place among them that the reply names; null: one was drawn. */
  readonly named: number | null;
}

describe("GenSelect beside NVIDIA/NeMo-Skills, 0b012df8", () => {
  it("compares the same solutions and takes the one that the reply names, or any of them", async () => {
    const cases = recorded<Case>("gen-select");
    let compared = 0;
    for (const { solutions, reply, kept, named } of cases) {
      const texts = solutions.map(({ answer, length }) =>
        answer === null ? "" : `\\boxed{${answer}}`.padStart(length, "."),
      );
      const short = solutions.filter(({ answer, length }) => answer !== null && length <= 16_384);
      expect(short.length).toBe(kept);
      const script = [...texts, reply];
      const played = await play(genSelect, { n: solutions.length, votes: 1 }, script, { maxTokens: 8_192 });
      const answers = new Set(short.map(({ answer }) => String(answer)));
      if (kept > 0) expect(answers).toContain(played.solution.answer);
      const prompt = played.requests[1]?.messages[0]?.content;
      if (prompt === undefined) {
        // Nothing to choose: all answers are equal, or nothing was short enough.
        expect(answers.size).toBeLessThan(2);
        continue;
      }
      const shown = [...prompt.matchAll(/Solution \d+:\n\.*\\boxed\{(\d)\}/g)].map(([, answer]) => answer);
      if (kept === 0) continue; // here all are compared then, there none is
      compared++;
      expect(shown.length).toBe(kept);
      if (named !== null) expect(played.solution.answer).toBe(shown[named]);
    }
    expect(compared).toBeGreaterThanOrEqual(200);
  });
});
