import { type Draft, firstWrongStep, isRight, lastDraft } from "./drafts.ts";
import { writeSolution } from "./solving.ts";
import { answerText, answerVariants, stepParts, stepVariants } from "./steps.ts";
import { apply } from "./word-problem.ts";
import type { Assignment } from "./writing.ts";

/** What the feedback says when it finds nothing and the request names no words for that. */
export const NOTHING_FOUND = "The solution is correct: no errors found.";

/** The words that a request wants to hear when nothing is wrong: in quotes after "write", "say" …, or in capitals. */
function agreedWords(request: string): string | null {
  const asked = /\b(?:write|say|reply|respond|answer|output)\b[^"“`\n.]{0,40}["“`]([^"”`\n]{2,60})["”`]/i.exec(request);
  const capitals =
    /\b(?:write|say|reply|respond|answer|output)\s+(?:(?:exactly|only|just|with)\s+)*([A-Z]{2,}(?: [A-Z]+)*)/.exec(
      request,
    );
  return asked?.[1] ?? capitals?.[1] ?? null;
}

/**
 * Feedback on the last solution: with chance `feedbackAccuracy` it tells right from wrong. Where it finds an error it
 * names a step: the first wrong one, or any step of a right solution.
 */
export function writeFeedback(assignment: Assignment): void {
  const { task, dials, random, conversation, request, writing } = assignment;
  const draft = lastDraft(conversation);
  const right = draft !== null && isRight(task, draft);
  const sees = random.uniform() < dials.feedbackAccuracy;
  if (right === sees) {
    writing.add(agreedWords(request) ?? NOTHING_FOUND);
    return;
  }
  const steps = Math.max(1, draft?.steps.length ?? 1);
  const step = (draft === null ? null : firstWrongStep(task, draft)) ?? 1 + random.integer(steps);
  writing.add(`There is an error in step ${step}: the result of that step is wrong, and what follows builds on it.`);
}

/** Sentences that tell what to do: they speak of errors without having found one. */
const instruction =
  /^\W*(?:please |now |then )?(?:review|check|find|if|use|look|reconsider|re-?read|write|correct|fix|consider|reason|verify|improve|revise|answer)\b/i;

/** What a conversation says of a draft: that it is wrong and where, that it is right, or nothing. */
export function readVerdict(said: string): { readonly wrong: boolean; readonly step: number | null } | null {
  const found = said
    .split(/(?<=[.!?])\s+|\n+/)
    .filter((sentence) => !instruction.test(sentence))
    .join("\n");
  const clean = found.replace(/\b(?:no|any|without|not find(?: an?)?) (?:errors?|mistakes?)\b/gi, "");
  const named =
    /\b(?:error|mistake|wrong|incorrect|doubtful)\b[^.\n]{0,60}?(?::\s*)?\bstep:?\s*(\d+)/i.exec(clean) ??
    /\bstep (\d+)\b[^.\n]{0,60}?\b(?:is wrong|is incorrect|has an error|error|mistake|not right|doubtful)\b/i.exec(
      clean,
    );
  if (named !== null) return { wrong: true, step: Number(named[1]) };
  if (/\b(?:wrong|incorrect|error|mistake|not (?:right|correct))\b/i.test(clean)) return { wrong: true, step: null };
  if (/\b(?:correct|right|no errors?)\b/i.test(found)) return { wrong: false, step: null };
  return null;
}

/**
 * Rewrites the last solution after what was said of it. A wrong draft becomes right and a right one wrong with the
 * chances of `revision`; otherwise the draft is repeated. Without a draft, or where a prefix fixes the beginning, it is
 * a solution like any other.
 */
export function writeRevision(assignment: Assignment): void {
  const { task, random, conversation, prefix } = assignment;
  const draft = prefix === "" ? lastDraft(conversation) : null;
  if (draft === null) {
    writeSolution(assignment);
    return;
  }
  const verdict = readVerdict(draft.after);
  const right = isRight(task, draft);
  const chance = changeChance(assignment, draft, verdict, right);
  if (random.uniform() >= chance) writeValues(assignment, draftValues(draft, assignment), draft.answer ?? 0);
  else if (!right) writeValues(assignment, task.truth, task.truth.at(-1) ?? 0);
  else {
    const at = Math.min(verdict?.step ?? 1 + random.integer(task.operations.length), task.operations.length);
    const values = spoilt(assignment, Math.max(1, at));
    writeValues(assignment, values, values.at(-1) ?? 0);
  }
}

function changeChance(
  { task, dials: { revision } }: Assignment,
  draft: Draft,
  verdict: ReturnType<typeof readVerdict>,
  right: boolean,
): number {
  if (right) return verdict === null ? revision.damageBlind : verdict.wrong ? revision.damageTold : 0;
  if (verdict === null) return revision.fixBlind;
  if (!verdict.wrong) return 0;
  return verdict.step !== null && verdict.step === firstWrongStep(task, draft) ? revision.fixPointed : revision.fixTold;
}

/** Running values of the draft by step; where it has none, what follows from the value before. */
function draftValues(draft: Draft, { task }: Assignment): number[] {
  const values = [task.problem.start];
  for (const [t, operation] of task.problem.operations.entries()) {
    const read = draft.steps.find(({ label }) => label === t + 1)?.value;
    values.push(read ?? apply(operation, values[t] ?? 0));
  }
  return values;
}

/**
 * Right running values up to a slip at step `at`, carried on; where a division hides that, the last step slips instead.
 */
function spoilt({ task }: Assignment, at: number): number[] {
  const { operations } = task.problem;
  const values = task.truth.slice(0, at);
  values.push((task.truth[at] ?? 0) + 10);
  for (const operation of operations.slice(at)) values.push(apply(operation, values.at(-1) ?? 0));
  if (values.at(-1) === task.truth.at(-1)) values[operations.length] = (task.truth.at(-1) ?? 0) + 10;
  return values;
}

function writeValues({ task, writing, random }: Assignment, values: readonly number[], answer: number): void {
  for (const [t, operation] of task.problem.operations.entries()) {
    const variant = random.integer(stepVariants);
    const words = { label: t + 1, operation, before: values[t] ?? 0, after: values[t + 1] ?? 0, variant };
    const { head, tail } = stepParts(task.problem, words);
    writing.add(head + tail);
  }
  writing.add(answerText(answer, random.integer(answerVariants)));
}
