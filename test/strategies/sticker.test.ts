import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/core/strategy.ts";
import { readSticker } from "../../strategies/prompting/sticker/stickers.ts";
import { sticker } from "../../strategies/prompting/sticker.ts";
import { lastTurns, type Played, play, QUESTION } from "./playing.ts";

/** A sticker in its fence; the name tells stickers apart. */
const fenced = (name: string) => `\`\`\`\n**Conditions:**\n1. ${name}\n\n**Question:**\nHow many are left?\n\`\`\``;
const bare = (name: string) => `**Conditions:**\n1. ${name}\n\n**Question:**\nHow many are left?`;
const box = (answer: number | string) => `So it is \\boxed{${answer}}.`;

/** Which prompt of the algorithm each request is. */
function kinds(played: Played): string[] {
  return lastTurns(played).map((turn) => {
    if (turn.includes("Summary:")) return "forward";
    if (turn.includes("Solution:")) return "inverse";
    if (turn.includes("Problem:")) return "extract";
    if (turn.startsWith("**Conditions")) return `answer(${/1\. (\w+)/.exec(turn)?.[1]})`;
    if (turn.startsWith(QUESTION) && turn !== QUESTION) return `answer(question, ${/1\. (\w+)/.exec(turn)?.[1]})`;
    return turn === QUESTION ? "answer(question)" : turn;
  });
}

const stages = ({ solution }: Played) => solution.candidates.map(({ notes }) => notes?.stage);
const settled = ({ solution }: Played) => solution.candidates.filter(({ notes }) => notes?.settled === true);

describe("sticker", () => {
  it("ends after three calls where the sticker alone and the question with it agree at once", async () => {
    const played = await play(sticker, {}, [fenced("A"), box(17), box("17.0")]);
    expect(kinds(played)).toEqual(["extract", "answer(A)", "answer(question, A)"]);
    expect(played.solution.answer).toBe("17.0");
    expect(settled(played).map(({ notes }) => notes)).toEqual([
      { run: 0, stage: 1, source: "question+sticker", settled: true },
    ]);
    expect(played.solution).toMatchObject({ stopped: "finished", reason: "stage 1 agrees (question+sticker)" });
  });

  it("refines the sticker against the question where they differ, and ends after six calls if that helps", async () => {
    const played = await play(sticker, {}, [fenced("A"), box(1), box(2), fenced("B"), box(17), box(17)]);
    expect(kinds(played)).toEqual([
      ...["extract", "answer(A)", "answer(question, A)"],
      ...["forward", "answer(B)", "answer(question, B)"],
    ]);
    expect(lastTurns(played)[3]).toContain(`Problem:\n${QUESTION}\n\nSummary:\n${bare("A")}`);
    expect(played.solution.answer).toBe("17");
    expect(stages(played)).toEqual([1, 1, 2, 2]);
  });

  it("rebuilds the sticker from the second stage's solution with the question, and ends after ten calls if that helps", async () => {
    const script = [
      fenced("A"),
      box(1),
      box(2),
      fenced("B"),
      box(3),
      box(4),
      fenced("C"),
      fenced("D"),
      box(17),
      box(17),
    ];
    const played = await play(sticker, {}, script);
    expect(kinds(played).slice(6)).toEqual(["inverse", "forward", "answer(D)", "answer(question, D)"]);
    const [inverse = "", forward] = lastTurns(played).slice(6);
    expect(inverse).toContain(`Solution:\n${box(4)}`);
    expect(inverse).not.toContain(QUESTION);
    expect(forward).toContain(`Summary:\n${bare("C")}`);
    expect(played.solution.answer).toBe("17");
    expect(settled(played).map(({ notes }) => notes?.stage)).toEqual([3]);
  });

  it("falls back on the plain answer where nothing ever agrees, eleven calls in all", async () => {
    const script = [
      ...[fenced("A"), box(1), box(2), fenced("B"), box(3), box(4), fenced("C"), fenced("D"), box(5), box(6)],
      box(17),
    ];
    const played = await play(sticker, {}, script);
    expect(kinds(played).at(-1)).toBe("answer(question)");
    expect(played.requests).toHaveLength(11);
    expect(played.solution.reason).toBe("no stage agreed: the plain answer stands");
    expect(played.solution.answer).toBe("17");
    expect(settled(played).map(({ notes }) => notes)).toEqual([
      { run: 0, stage: 4, source: "question", settled: true },
    ]);
    expect(sticker.cost(parseOptions(sticker, {})).calls).toBe(11);
  });

  it("is deterministic where it is not sampled: every call of a single run is greedy", async () => {
    const { requests } = await play(sticker, {}, [fenced("A"), box(17), box(17)]);
    expect(requests.map(({ temperature, topP }) => [temperature, topP])).toEqual(Array(3).fill([0, undefined]));
  });

  it("pays nothing to predict again from a sticker that its refinement left as it was", async () => {
    const played = await play(sticker, { stages: 2 }, [fenced("A"), box(1), box(2), fenced("A"), box(17)]);
    expect(kinds(played)).toEqual(["extract", "answer(A)", "answer(question, A)", "forward", "answer(question)"]);
    expect(played.solution.answer).toBe("17");
  });

  it("counts a missing answer as no agreement", async () => {
    const played = await play(sticker, { stages: 1 }, [fenced("A"), "I do not know.", "Nor do I.", box(17)]);
    expect(kinds(played).at(-1)).toBe("answer(question)");
    expect(played.solution.answer).toBe("17");
  });

  it("passes a stage over whose sticker is blank", async () => {
    const played = await play(sticker, {}, ["```\n```", fenced("B"), box(17), box(17)]);
    expect(kinds(played)).toEqual(["extract", "forward", "answer(B)", "answer(question, B)"]);
    expect(stages(played)).toEqual([2, 2]);
  });

  it("compares with the plain answer where the abstract is followed, and draws that once", async () => {
    const script = [fenced("A"), box(3), box(4), fenced("B"), box(3)];
    const played = await play(sticker, { compare: "question" }, script);
    expect(kinds(played)).toEqual([
      ...["extract", "answer(question)", "answer(question, A)"],
      ...["forward", "answer(question, B)"],
    ]);
    expect(played.solution.answer).toBe("3");
    const never = await play(sticker, { compare: "question", stages: 1 }, [fenced("A"), box(3), box(4)]);
    expect(never.solution.answer).toBe("3");
    expect(settled(never).map(({ notes }) => notes?.source)).toEqual(["question"]);
  });

  it("offers what the cut stage has where the budget ends within it", async () => {
    const played = await play(sticker, {}, [fenced("A"), box(5)], { budget: { calls: 2 } });
    expect(played.solution).toMatchObject({ answer: "5", stopped: "budget" });
  });
});

describe("sticker by vote", () => {
  it("lets whole runs vote, each by the prediction that it ended with", async () => {
    const script = [fenced("A"), fenced("B"), fenced("C"), box(1), box(1), box(2), box(2), box(2), box(2)];
    const played = await play(sticker, { n: 3, stages: 1 }, script);
    expect(played.solution.answer).toBe("2");
    expect(settled(played).map(({ notes, answer }) => [notes?.run, answer?.text])).toEqual([
      ...[
        [0, "1"],
        [1, "2"],
        [2, "2"],
      ],
    ]);
    expect(played.requests.every(({ temperature, topP }) => temperature === 0.6 && topP === 0.9)).toBe(true);
  });

  it("lets predictions from one sticker vote on each side", async () => {
    const played = await play(sticker, { n: 3, vote: "predictions" }, [
      ...[fenced("A"), box(1), box(2), box(2)],
      ...[box(2), box(3), box(2)],
    ]);
    expect(played.calls.map((call) => call.split(":")[0])).toEqual(["sticker ×1", "solve ×3", "solve ×3"]);
    expect(played.solution.answer).toBe("2");
    expect(settled(played)).toHaveLength(1);
  });

  it("lets several stickers vote, each predicted from once by both sides", async () => {
    const script = [fenced("A"), fenced("B"), fenced("C"), box(1), box(2), box(2), box(2), box(3), box(2)];
    const played = await play(sticker, { n: 3, vote: "stickers" }, script);
    expect(kinds(played)).toEqual([
      "extract",
      ...["answer(A)", "answer(B)", "answer(C)"],
      ...["answer(question, A)", "answer(question, B)", "answer(question, C)"],
    ]);
    expect(played.solution.answer).toBe("2");
  });

  it.each([
    [{ n: 10 }, 110],
    [{ n: 10, vote: "predictions" }, 4 + 60 + 10],
    [{ n: 10, vote: "stickers" }, 40 + 60 + 10],
    [{ stages: 1 }, 4],
    [{ compare: "question" }, 4 + 3 + 1],
  ] as const)("costs what its options say: %j", (options, calls) => {
    expect(sticker.cost(parseOptions(sticker, options)).calls).toBe(calls);
  });
});

describe("readSticker", () => {
  it.each([
    [fenced("A"), bare("A")],
    [`Here it is:\n${fenced("A")}\nThat is all.`, bare("A")],
    ["### Conditions\n1. A", "### Conditions\n1. A"],
    ["```text\n1. A\n```", "1. A"],
    ["1. A", "1. A"],
    ["```\n```", ""],
  ])("keeps the text from the header to the closing fence: %j", (reply, kept) => {
    expect(readSticker(reply)).toBe(kept);
  });
});
