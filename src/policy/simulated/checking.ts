import { lastDraft } from "./drafts.ts";
import type { Assignment } from "./writing.ts";

const asked = /After step (\d+), is the number of [a-z]+ (-?\d+)\?/;

/** A question a step of the last solution: is its running value right? */
export function writeCheckQuestions({ conversation, task, writing }: Assignment): void {
  const draft = lastDraft(conversation);
  for (const [i, { label, value }] of (draft?.steps ?? []).entries()) {
    writing.add(`${i + 1}. After step ${label}, is the number of ${task.problem.noun} ${value}?\n`);
  }
}

/** Answers such a question from the problem alone: rightly with chance `feedbackAccuracy`. */
export function writeCheckAnswer({ request, task, dials, random, writing }: Assignment): void {
  const match = asked.exec(request);
  if (match === null) {
    writing.add("That cannot be said.");
    return;
  }
  const label = Number(match[1]);
  const right = task.truth[label] === Number(match[2]);
  const sees = random.uniform() < dials.feedbackAccuracy;
  writing.add(right === sees ? `Yes, step ${label} is right.` : `No, step ${label} is wrong.`);
}
