import type { StepChoice } from "./reasoning.ts";
import { distinctSlip, stepChoices } from "./reasoning.ts";
import { answerText, answerVariants, readBox, readSteps, stepParts, stepVariants } from "./steps.ts";
import { apply, type Operation } from "./word-problem.ts";
import type { Assignment } from "./writing.ts";

/** Where a begun solution stands: steps done, the running value, and what is written of the step after. */
export interface Position {
  readonly step: number;
  readonly value: number;
  /** Text after the last whole step; empty when a new one begins. */
  readonly begun: string;
  /** The blank line that the last whole step still lacks. */
  readonly separator: string;
  /** True when the answer stands there and nothing after it. */
  readonly ended: boolean;
}

/** Words with which a solution doubts its own last step: it is then written again. */
const doubt = /\bthe (?:last|previous) step is (?:not right|wrong|incorrect)\b/i;

/**
 * Reads where a solution stands. The running value is taken as it is written, right or wrong. Text after an answer
 * ("Wait") begins a new attempt, text that doubts the last step that step.
 */
export function readPosition({ task }: Pick<Assignment, "task">, prefix: string): Position {
  const box = readBox(prefix);
  const body = box === null ? prefix : prefix.slice(box.end);
  if (box !== null && body.trim() === "") return { step: 0, value: box.value, begun: "", separator: "", ended: true };
  const steps = readSteps(body);
  const last = steps.at(-1);
  if (last === undefined) return { step: 0, value: task.problem.start, begun: body, separator: "", ended: false };
  if (doubt.test(body.slice(last.end))) {
    const value = steps.findLast(({ label }) => label === last.label - 1)?.value ?? task.problem.start;
    return { step: last.label - 1, value, begun: "", separator: body.endsWith("\n\n") ? "" : "\n\n", ended: false };
  }
  const before = body.slice(last.start, last.end);
  const separator = before.endsWith(".") ? "\n\n" : before.endsWith("\n\n") || !before.endsWith("\n") ? "" : "\n";
  const step = Math.min(last.label, task.operations.length);
  return { step, value: last.value, begun: body.slice(last.end), separator, ended: false };
}

/**
 * Writes a solution from where the prefix stands to the end: steps whose results slip with the task's chances, then the
 * answer. A step that has begun is finished by a choice that agrees with what is written, drawn with the chances it has
 * given that.
 */
export function writeSolution(assignment: Assignment): void {
  const { task, dials, random, writing, prefix, modal } = assignment;
  const position = readPosition(assignment, prefix);
  if (position.ended) return;
  if (prefix === "" && dials.formatError > 0 && !modal && random.uniform() < dials.formatError) {
    writing.add("I do not see how to work this out.");
    return;
  }
  writing.add(position.separator);
  let { step, value } = position;
  if (position.begun.trim() !== "") {
    const next = finishBegun(assignment, position);
    if (next === null) return;
    [step, value] = [next.step, next.value];
  }
  for (; step < task.operations.length && !writing.full; step++) value = writeStep(assignment, step, value);
  if (!writing.full) writing.add(answerText(value, modal ? 0 : random.integer(answerVariants)));
}

/** Writes step `step` (from 0) and returns the running value after it. */
export function writeStep(assignment: Assignment, step: number, value: number): number {
  const choice = draw(assignment, step, value);
  const variant = assignment.modal ? 0 : assignment.random.integer(stepVariants);
  writeChoice(assignment, step, value, choice, variant, 0);
  return choice.value;
}

/** Draws what happens at a step. */
function draw({ task, dials, random, modal }: Assignment, step: number, value: number): StepChoice {
  const result = apply(task.operations[step] as Operation, value);
  if (modal) return settled(likeliest(stepChoices(task, dials, step, value)), random, result);
  const recovers = dials.recovery > 0 && value !== task.truth[step] && random.uniform() < dials.recovery;
  if (recovers) return { kind: "recovery", value: task.truth[step + 1] ?? value, probability: dials.recovery };
  if (random.uniform() >= (task.errors[step] ?? 0)) return { kind: "right", value: result, probability: 1 };
  return slip(stepChoices(task, dials, step, value), random, result);
}

function slip(choices: readonly StepChoice[], random: Assignment["random"], result: number): StepChoice {
  const slips = choices.filter(({ kind }) => kind === "slip");
  const chosen = slips[slips.length > 1 ? random.weighted(slips.map(({ probability }) => probability)) : 0];
  return settled(chosen ?? { kind: "right", value: result, probability: 1 }, random, result);
}

const settled = (choice: StepChoice, random: Assignment["random"], result: number): StepChoice =>
  Number.isNaN(choice.value) ? { ...choice, value: distinctSlip(result, random) } : choice;

const likeliest = (choices: readonly StepChoice[]): StepChoice =>
  choices.reduce((best, choice) => (choice.probability > best.probability ? choice : best));

/** Adds a step's text without its first `written` characters. */
function writeChoice(a: Assignment, step: number, value: number, choice: StepChoice, variant: number, written: number) {
  const operation = a.task.operations[step] as Operation;
  const corrected = choice.kind === "recovery" ? { corrected: a.task.truth[step] ?? value } : {};
  const words = { label: step + 1, operation, before: value, after: choice.value, variant, ...corrected };
  const { head, tail } = stepParts(a.task.problem, words);
  if (a.writing.marks !== null) markChoice(a, step, value, choice, head, written);
  a.writing.add((head + tail).slice(written));
}

function markChoice(
  { task, dials, writing }: Assignment,
  step: number,
  value: number,
  choice: StepChoice,
  head: string,
  written: number,
) {
  const choices = stepChoices(task, dials, step, value);
  const recovery = choices.find(({ kind }) => kind === "recovery")?.probability ?? 0;
  const opening = head.indexOf(":") + 2;
  const begins = (choice.kind === "recovery" ? recovery : 1 - recovery) / stepVariants;
  if (opening >= written) {
    const top = recovery > 0 && choice.kind !== "recovery" ? [{ text: " Wait", probability: recovery }] : [];
    writing.mark(opening - written, begins, top);
  }
  const result = head.length + 1;
  if (result < written || choice.kind === "recovery") return;
  const given = choices
    .filter(({ kind }) => kind !== "recovery")
    .map((other) => ({ ...other, probability: other.probability / (1 - recovery) }));
  const own = given.find(
    (other) => other.kind === choice.kind && (other.value === choice.value || Number.isNaN(other.value)),
  );
  const top = given.map((other) => ({
    text: ` ${other === own ? choice.value : other.value}`,
    probability: other.probability,
  }));
  writing.mark(
    result - written,
    own?.probability ?? 1,
    top.filter(({ text }) => text !== " NaN"),
  );
}

/** Finishes what the prefix has begun and says where the solution then stands; null when that was the answer. */
function finishBegun(assignment: Assignment, position: Position): { step: number; value: number } | null {
  const { task, writing, modal, random } = assignment;
  const { step, value, begun } = position;
  const line = begun.slice(begun.lastIndexOf("\n\n") + 1).trimStart();
  for (const written of new Set([begun, line])) {
    if (written === "") continue;
    if (step === task.operations.length) {
      const fits = Array.from({ length: answerVariants }, (_, v) => answerText(value, v)).filter((t) =>
        t.startsWith(written),
      );
      const chosen = fits[modal || fits.length === 0 ? 0 : random.integer(fits.length)];
      if (chosen !== undefined) {
        writing.add(chosen.slice(written.length));
        return null;
      }
      continue;
    }
    const fits = fitting(assignment, step, value, written);
    const chosen = modal
      ? fits[0]
      : fits[fits.length === 0 ? 0 : random.weighted(fits.map(({ choice }) => choice.probability))];
    if (chosen === undefined) continue;
    writeChoice(assignment, step, value, chosen.choice, chosen.variant, written.length);
    return { step: step + 1, value: chosen.choice.value };
  }
  if (/\\boxed\{\s*$/.test(begun)) {
    writing.add(`${value}}.`);
    return null;
  }
  if (/answer(?: is)?:?\s*$/i.test(begun)) {
    writing.add(`${/\s$/.test(begun) ? "" : " "}\\boxed{${value}}.`);
    return null;
  }
  if (/wait[,.…]*\s*$/i.test(begun)) writing.add(`${/wait\s*$/i.test(begun) ? "," : ""} let me think again.\n\n`);
  else if (!/\s$/.test(begun)) writing.add(" ");
  return { step, value };
}

/** The choices and wordings whose text begins as what is written; a slip among distinct ones is what its digits say. */
function fitting({ task, dials, random }: Assignment, step: number, value: number, written: string) {
  const operation = task.operations[step] as Operation;
  const found: { choice: StepChoice; variant: number }[] = [];
  for (const choice of stepChoices(task, dials, step, value)) {
    const corrected = choice.kind === "recovery" ? { corrected: task.truth[step] ?? value } : {};
    for (let variant = 0; variant < stepVariants; variant++) {
      const words = { label: step + 1, operation, before: value, after: choice.value, variant, ...corrected };
      const { head, tail } = stepParts(task.problem, words);
      if (!Number.isNaN(choice.value)) {
        if ((head + tail).startsWith(written)) found.push({ choice, variant });
        continue;
      }
      const digits = written.startsWith(head) ? /^ (-?\d+)$/.exec(written.slice(head.length)) : null;
      if (digits !== null) found.push({ choice: { ...choice, value: Number(digits[1]) }, variant });
      else if (`${head} `.startsWith(written)) {
        found.push({ choice: settled(choice, random, apply(operation, value)), variant });
      }
    }
  }
  return found.sort((a, b) => b.choice.probability - a.choice.probability);
}
