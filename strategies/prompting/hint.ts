import { z } from "zod";
import type { Question } from "../../src/core/question.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { type Asking, ask, askingOptions, askingRewards, questionWith, writtenAbout } from "./kit/asking.ts";

/** Version 1. */
const OWN_SYSTEM =
  "You see a problem. Name the concepts, with their formulas, that its solution needs, and give one hint about the decisive step. Do not solve it and do not name its answer.";

/**
 * Hint: concepts and hints stand beside the question; `n` answers vote (CHAMP: Mao et al. 2024, arXiv:2401.06961).
 * `right` shows those that the dataset publishes with the question, `misleading` its misleading ones, `none` nothing,
 * `own` what the policy writes itself first.
 */
export const hint = defineStrategy({
  name: "hint",
  summary: "concepts and hints stand beside the question: published, misleading, none, or the policy's own",
  paper: "Mao et al. 2024, arXiv:2401.06961",
  family: "prompting",
  how:
    "Hint: concepts and hints stand beside the question; `n` answers vote (CHAMP: Mao et al. 2024, arXiv:2401.06961). " +
    "`right` shows those that the dataset publishes with the question, `misleading` its misleading ones, `none` " +
    "nothing, `own` what the policy writes itself first.",
  costNote:
    "`n` calls; `2n` where the policy writes them. Where the dataset publishes none, `right` becomes `own` and " +
    "`misleading` becomes `none`; the notes say which it was. Hints are part of the question: the reference answer " +
    "and its solution are never read.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    hints: z.enum(["right", "misleading", "none", "own"]).default("right"),
  }),
  candidates: (run, { hints, ...choice }) => ask(run, [asking(run.question, hints)], choice),
  select: () => bestOrMajority(),
  cost: ({ n, hints }) => ({ calls: n * (hints === "right" || hints === "own" ? 2 : 1), scored: n }),
});

function asking(question: Question, wanted: "right" | "misleading" | "none" | "own"): Asking {
  const { concepts = [], hints = [], misleading = [] } = question.hints ?? {};
  if (wanted === "right" && concepts.length + hints.length > 0) {
    const after = [listed("Concepts that help", concepts), listed("Hints", hints)]
      .filter((part) => part !== "")
      .join("\n\n");
    return { label: "right", messages: () => questionWith(question, { after }) };
  }
  if (wanted === "misleading" && misleading.length > 0) {
    return { label: "misleading", messages: () => questionWith(question, { after: listed("Hints", misleading) }) };
  }
  if (wanted === "none" || wanted === "misleading") {
    return { label: "none", messages: () => questionWith(question, {}) };
  }
  return {
    label: "own",
    prologue: writtenAbout(question, OWN_SYSTEM, "hint"),
    messages: (written) => questionWith(question, { after: `Concepts and hints:\n${written}` }),
  };
}

const listed = (title: string, items: readonly string[]): string =>
  items.length === 0 ? "" : [`${title}:`, ...items.map((item) => `- ${item}`)].join("\n");
