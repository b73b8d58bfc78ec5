import { writeCheckAnswer, writeCheckQuestions } from "./checking.ts";
import { writeCodeSteps } from "./code-steps.ts";
import { writeFeedback, writeRevision } from "./correction.ts";
import { writeConcepts, writeEvolved, writeParametrised } from "./evolving.ts";
import {
  writeChoice,
  writeComparison,
  writeCritique,
  writeJudgement,
  writeStepJudgements,
  writeValue,
} from "./judging.ts";
import { writePlan, writeProposals, writeRephrased, writeSticker } from "./planning.ts";
import { writeProgram } from "./program.ts";
import { writeSolution } from "./solving.ts";
import { writeAnswer, writeThoughtProgram, writeToolTurn } from "./tools.ts";
import type { Assignment } from "./writing.ts";

type Writer = (assignment: Assignment) => void;

/** The kinds of text by purpose. Steps, rollouts, discriminations and every purpose not listed are solutions. */
const writers: Readonly<Record<string, Writer>> = {
  program: writeProgram,
  "thought-program": writeThoughtProgram,
  "tool-turn": writeToolTurn,
  decompose: writeToolTurn,
  aggregate: writeAnswer,
  "code-step": writeCodeSteps,
  judge: writeJudgement,
  verify: writeJudgement,
  "step-judge": writeStepJudgements,
  critic: writeCritique,
  critique: writeCritique,
  pairwise: writeComparison,
  compare: writeComparison,
  choose: writeChoice,
  value: writeValue,
  feedback: writeFeedback,
  reflect: writeFeedback,
  reflection: writeFeedback,
  revise: writeRevision,
  refine: writeRevision,
  "verification-questions": writeCheckQuestions,
  "verification-answer": writeCheckAnswer,
  plan: writePlan,
  propose: writeProposals,
  rephrase: writeRephrased,
  translate: writeRephrased,
  evolve: writeEvolved,
  concepts: writeConcepts,
  parametrise: writeParametrised,
  sticker: writeSticker,
};

export const writerFor = (purpose: string): Writer =>
  Object.hasOwn(writers, purpose) ? (writers[purpose] ?? writeSolution) : writeSolution;
