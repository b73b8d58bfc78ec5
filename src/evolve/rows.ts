import { z } from "zod";
import { firstOfEach, sameness } from "../export/training/form.ts";
import { sftRow } from "../export/training/forms/sft.ts";
import type { Response } from "./answering.ts";
import type { QuestionOutcome } from "./outcome.ts";
import type { EvolveSpec } from "./spec.ts";

/** A question that was kept. */
export type Kept = QuestionOutcome & { readonly question: string; readonly answer: string };

export const isKept = (outcome: QuestionOutcome): outcome is Kept =>
  outcome.answer !== null && outcome.question !== null;

/** What a row tells of its question's making and of the answers it rests on. */
function ancestryRow({ ancestry, agreement, confirmed, responses, right }: Kept) {
  const asked = { chains: 0, programs: 0 };
  for (const { by } of responses) asked[by === "chain" ? "chains" : "programs"]++;
  const answers = responses.map(({ by, policy, key, verdict }, i) => ({
    by,
    policy,
    sample: key,
    verdict,
    right: right[i],
  }));
  return { ...ancestry, agreement, confirmed, ...asked, answers };
}

/** A row of the dataset: the common schema, which `generic` reads without options. */
export function problemRow(kept: Kept) {
  const { id, question, answer, group, operation } = kept;
  const solution = kept.responses.find(({ by, text }, i) => by === "chain" && kept.right[i] && text !== null)?.text;
  return { id, question, answer, solution, meta: { group, operation, ancestry: ancestryRow(kept) } };
}

/** A row as the form `sft` has it, with the ancestry of its question. */
export const evolvedRow = sftRow.extend({ ancestry: z.record(z.string(), z.unknown()) });

/**
 * Solutions that end in the answer, each once (by their text, or by their equations as for RFT), chains before
 * programs: MuggleMath's several paths a question.
 */
export function solutionRows(kept: Kept, { name, dedupe, paths }: EvolveSpec, leave: (reason: string) => void) {
  const right = kept.responses.flatMap((response, candidate) =>
    response.text !== null && kept.right[candidate] === true ? [{ ...response, text: response.text, candidate }] : [],
  );
  const different = firstOfEach(right, sameness(dedupe), leave);
  for (const _ of different.slice(paths ?? different.length)) leave("more than the most of its problem");
  return different.slice(0, paths).map((response): z.infer<typeof evolvedRow> => {
    const { text } = response;
    return {
      prompt: [{ role: "user", content: kept.question }],
      completion: [{ role: "assistant", content: text }],
      loss_spans: [[0, [...text].length]],
      masked_spans: [],
      ...{ weight: 1, score: null, value: null },
      source: sourceOf(response, { run: name, problem: kept.id }),
      ancestry: ancestryRow(kept),
    };
  });
}

const sourceOf = (
  { by, policy, seed, candidate }: Response & { readonly candidate: number },
  { run, problem }: { readonly run: string; readonly problem: string },
) => ({
  ...{ run, dataset: run, problem, arm: by, strategy: by === "chain" ? "chain-of-thought" : "program-aided" },
  ...{ policy, seed, candidate },
});
