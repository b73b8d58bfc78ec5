import { Random } from "../../core/random.ts";
import { judged } from "./binormal.ts";
import { type Draft, isRight, lastDraft, readDrafts } from "./drafts.ts";
import { structureKey } from "./word-problem.ts";
import type { Assignment } from "./writing.ts";

/**
 * Chance that the model gives a thing of being right: binormal with `judgeAuc`, the noise keyed by the problem and the
 * content judged, so that asking again changes the reply but not the chance behind it.
 */
function chanceOf({ task, dials }: Assignment, right: boolean, content: string): number {
  const noise = new Random(`judge/${dials.seed}/${structureKey(task.problem)}/${content.trim()}`).normal();
  const chance = judged({ auc: dials.judgeAuc, baseRate: 0.5 }, right, noise);
  return Math.min(0.999, Math.max(0.001, chance));
}

const chanceOfDraft = (assignment: Assignment, draft: Draft | null): number =>
  draft === null ? 0.5 : chanceOf(assignment, isRight(assignment.task, draft), draft.text);

function writeOneOf({ writing, random, modal }: Assignment, first: string, second: string, chance: number): void {
  const takesFirst = modal ? chance >= 0.5 : random.uniform() < chance;
  writing.mark(0, takesFirst ? chance : 1 - chance, [
    { text: first, probability: chance },
    { text: second, probability: 1 - chance },
  ]);
  writing.add(takesFirst ? first : second);
}

const asksForRating = (request: string): boolean => /\brat(?:e|ing)\b|0 ?(?:-|–|to) ?10\b/i.test(request);

/** "Yes" or "No" with the chance as its probability, or "Rating: 7" where the request asks for a rating. */
export function writeJudgement(assignment: Assignment): void {
  const { conversation, request, writing } = assignment;
  const chance = chanceOfDraft(assignment, lastDraft(conversation));
  if (asksForRating(request)) writing.add(`Rating: ${Math.round(10 * chance)}`);
  else writeOneOf(assignment, "Yes", "No", chance);
}

/** The steps that a request shows, as it numbers them: "Step 2: Step 2: …" is the request's step 2. */
function shownSteps(conversation: string): { readonly label: number; readonly content: string }[] {
  const shown: { label: number; content: string }[] = [];
  for (const paragraph of conversation.split(/\n\s*\n/)) {
    const match = /(?:^|\n)\s*Step (\d+): ([\s\S]*)$/.exec(paragraph);
    if (match === null) continue;
    const label = Number(match[1]);
    if (label === 1) shown.length = 0;
    if (label === shown.length + 1) shown.push({ label, content: match[2] ?? "" });
  }
  return shown;
}

/** One line per step, "Step 2: 8": how sure it is, from 0 to 10, that the step is right. */
export function writeStepJudgements(assignment: Assignment): void {
  const { conversation, task, writing } = assignment;
  let before = "";
  let right = true;
  for (const { label, content } of shownSteps(conversation)) {
    const draft = lastDraft(/^Step \d+:/.test(content) ? content : `Step ${label}: ${content}`);
    const answer = /\\boxed\{(-?\d+)\}/.exec(content)?.[1];
    const last = draft?.steps.at(-1);
    if (answer !== undefined) right = Number(answer) === task.truth.at(-1);
    else if (last !== undefined) right = last.value === task.truth[last.label];
    before += content;
    writing.add(`Step ${label}: ${Math.round(10 * chanceOf(assignment, right, before))}\n`);
  }
}

/**
 * The number of the first paragraph judged wrong, from 0, boxed, or -1 for none: the reply that ProcessBench asks for.
 */
export function writeCritique(assignment: Assignment): void {
  const { conversation, task, writing } = assignment;
  const draft = lastDraft(conversation);
  const wrong = draft?.steps.find(
    (step, i) =>
      chanceOf(assignment, step.value === task.truth[step.label], `${i}/${draft.text.slice(0, step.end)}`) < 0.5,
  );
  const index = wrong === undefined ? -1 : wrong.label - 1;
  const found = wrong === undefined ? "I find no error." : `The first error is in paragraph ${index}.`;
  writing.add(`${found} \\boxed{${index}}`);
}

/** "A" or "B": which of the last two solutions it trusts more, with the probability of that. */
export function writeComparison(assignment: Assignment): void {
  const [first, second] = readDrafts(assignment.conversation).slice(-2);
  const [a, b] = [chanceOfDraft(assignment, first ?? null), chanceOfDraft(assignment, second ?? null)];
  writeOneOf(assignment, "A", "B", (a * (1 - b)) / (a * (1 - b) + b * (1 - a)));
}

/** "Judgment: 2": one of all the solutions, from 0, drawn by the odds of each being right. */
export function writeChoice(assignment: Assignment): void {
  const { conversation, random, modal, writing } = assignment;
  const chances = readDrafts(conversation).map((draft) => chanceOfDraft(assignment, draft));
  const odds = chances.map((chance) => chance / (1 - chance));
  const place = odds.length === 0 ? 0 : modal ? odds.indexOf(Math.max(...odds)) : random.weighted(odds);
  writing.add(`Judgment: ${place}`);
}

/**
 * "sure", "likely" or "impossible": the value of a partial solution (Tree of Thoughts). A rating where one is asked
 * for.
 */
export function writeValue(assignment: Assignment): void {
  const { conversation, request, writing } = assignment;
  const chance = chanceOfDraft(assignment, lastDraft(conversation));
  if (asksForRating(request)) writing.add(`Rating: ${Math.round(10 * chance)}`);
  else writing.add(chance > 0.8 ? "sure" : chance > 0.3 ? "likely" : "impossible");
}
