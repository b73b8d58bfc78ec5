import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readLetter } from "../../../src/answer/verdicts/choices.ts";
import { firstYesNo, tokenAt, yesNo } from "../../../src/answer/verdicts/probabilities.ts";
import { readRating, readRatings } from "../../../src/answer/verdicts/ratings.ts";
import type { Reply } from "../../../src/answer/verdicts/spoken.ts";
import { readFirstError, readSteps } from "../../../src/answer/verdicts/steps.ts";
import { readWord } from "../../../src/answer/verdicts/words.ts";
import { needsAll } from "../../needs.ts";
import { generated, type Reader } from "./generated.ts";

const ratings = (reply: Reply, name: string, max: number, whole: boolean) =>
  readRatings(reply, 2, name, { min: 0, max, whole }).map((found) => found?.rating ?? null);

const readers: Readonly<Record<Reader, (reply: Reply) => unknown>> = {
  rating: (reply) => {
    const rating = readRating(reply);
    return rating === null ? null : rating / 10;
  },
  "yes-no": (reply) => yesNo(reply, "first").value,
  "yes-no-last": (reply) => yesNo(reply, "last").value,
  "first-error": (reply) => readFirstError(reply, 4),
  "step-verdicts": (reply) => readSteps(reply, 3),
  "step-ratings": (reply) => ratings(reply, "step", 9, true),
  "criteria-ratings": (reply) => {
    const [a = null, b = null] = ratings(reply, "criterion", 10, false);
    return a === null || b === null ? null : (a + b) / 20;
  },
  letter: (reply) => readLetter(reply),
  value: (reply) => readWord(reply, ["sure", "likely", "impossible"], "last")?.word ?? null,
};

interface Case {
  readonly reader: Reader;
  readonly text: string;
  readonly want: unknown;
  readonly cut?: boolean;
}

/** How a reading compares with the right one: a null is a lesser fault than a wrong value. */
function outcomeOf(got: unknown, want: unknown): "right" | "null" | "wrong" {
  if (Array.isArray(want) && Array.isArray(got)) {
    const each = want.map((value, i) => outcomeOf(got[i], value));
    return each.includes("wrong") ? "wrong" : each.includes("null") ? "null" : "right";
  }
  if (got === want || (typeof got === "number" && typeof want === "number" && Math.abs(got - want) < 1e-12)) {
    return "right";
  }
  return got === null ? "null" : "wrong";
}

function tally(cases: readonly Case[]) {
  const counts = { right: 0, null: 0, wrong: 0 };
  const faults: unknown[] = [];
  for (const { reader, text, want, cut = false } of cases) {
    const got = readers[reader](cut ? ({ text, finish: "length" } as Reply) : text);
    const outcome = outcomeOf(got, want);
    counts[outcome]++;
    if (outcome !== "right") faults.push({ reader, text, want, got });
  }
  return { ...counts, faults };
}

/** Kinds of replies by hand, each with its right reading. */
const byHand: readonly Case[] = readFileSync(join(import.meta.dirname, "verdicts.jsonl"), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Case);

describe("verdicts", () => {
  it("are read as they were meant, or not at all", () => {
    const { right, wrong, faults } = tally(byHand);
    expect(wrong, JSON.stringify(faults, null, 1)).toBe(0);
    expect(right / byHand.length, JSON.stringify(faults, null, 1)).toBeGreaterThanOrEqual(0.98);
  });

  it("of each kind, with other numbers, marks, words before and behind, are too", () => {
    const cases = generated(6_000);
    const { right, wrong, faults } = tally(cases);
    expect(wrong, JSON.stringify(faults.slice(0, 20), null, 1)).toBe(0);
    expect(right / cases.length, JSON.stringify(faults.slice(0, 20), null, 1)).toBeGreaterThanOrEqual(0.98);
  });

  const elsewhere = join(import.meta.dirname, "../../../../shared/cases/verdicts.jsonl");
  const missing = existsSync(elsewhere) ? null : `no collection of replies at ${elsewhere}: put one there, or leave it`;
  it("of a collection beside the project are too", needsAll(missing), () => {
    const cases = readFileSync(elsewhere, "utf8").trim().split("\n");
    const { right, wrong, faults } = tally(cases.map((line) => JSON.parse(line) as Case));
    expect(wrong, JSON.stringify(faults, null, 1)).toBe(0);
    expect(right / cases.length).toBeGreaterThanOrEqual(0.98);
  });
});

describe("probabilities", () => {
  const token = (text: string, entries: Readonly<Record<string, number>>) => ({
    token: text,
    logprob: Math.log(entries[text] ?? 1),
    top: Object.entries(entries).map(([each, p]) => ({ token: each, logprob: Math.log(p) })),
  });

  it("of the first token count only where it is a verdict", () => {
    expect(firstYesNo({ logprobs: [token("The", { The: 0.9, Yes: 0.002, No: 0.001 })] }).value).toBeNull();
    expect(firstYesNo({ logprobs: [token(" No", { " No": 0.6, Yes: 0.2 })] }).value).toBeCloseTo(0.25, 12);
  });

  it("are those of the verdict, not of an earlier or later word that looks like it", () => {
    const logprobs = [
      token("No", { No: 0.99, Yes: 0.01 }),
      token(" doubt.\n", { " doubt.\n": 1 }),
      token("Yes", { Yes: 0.7, No: 0.3 }),
    ];
    const text = "No doubt.\nYes";
    expect(yesNo({ text, logprobs }, "last").value).toBeCloseTo(0.7, 12);
    expect(yesNo({ text: "No doubt.\nYes or no", logprobs }, "last").value).toBeNull();
    expect(tokenAt(logprobs, "another text", 3)).toBeNull();
  });

  it("go by the tokens of the answer where a thought was before it", () => {
    const logprobs = [token("<think>No</think>", { "<think>No</think>": 1 }), token("Yes", { Yes: 0.8, No: 0.2 })];
    expect(yesNo({ text: "<think>No</think>Yes", logprobs }, "first").value).toBeCloseTo(0.8, 12);
  });
});
