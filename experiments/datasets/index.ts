import type { DatasetDefinition } from "../../src/core/dataset.ts";
import { aime24 } from "./aime24.ts";
import { aime25 } from "./aime25.ts";
import { amc23 } from "./amc23.ts";
import { aqua } from "./aqua.ts";
import { arithmetic } from "./arithmetic.ts";
import { asdiv } from "./asdiv.ts";
import { bbh } from "./bbh.ts";
import { bigcodebench } from "./bigcodebench.ts";
import { classeval } from "./classeval.ts";
import { cmath } from "./cmath.ts";
import { code } from "./code.ts";
import { coffe } from "./coffe.ts";
import { cruxeval } from "./cruxeval.ts";
import { cruxevalX } from "./cruxeval-x.ts";
import { dynamath } from "./dynamath.ts";
import { enamel } from "./enamel.ts";
import { evalperf } from "./evalperf.ts";
import { gameOf24 } from "./game-of-24.ts";
import { gameOf24Generated } from "./game-of-24-generated.ts";
import { generic } from "./generic.ts";
import { gpqa } from "./gpqa.ts";
import { gsmHard } from "./gsm-hard.ts";
import { gsmPlus } from "./gsm-plus.ts";
import { gsmSymbolic } from "./gsm-symbolic.ts";
import { gsm8k } from "./gsm8k.ts";
import { humaneval } from "./humaneval.ts";
import { humanevalNext } from "./humaneval-next.ts";
import { humanevalPlus } from "./humaneval-plus.ts";
import { humanevalPro } from "./humaneval-pro.ts";
import { livecodebench } from "./livecodebench.ts";
import { logicGrid } from "./logic-grid.ts";
import { math } from "./math.ts";
import { math500 } from "./math500.ts";
import { mathcheck } from "./mathcheck.ts";
import { mathqa } from "./mathqa.ts";
import { mathqaPython } from "./mathqa-python.ts";
import { mawps } from "./mawps.ts";
import { mbpp } from "./mbpp.ts";
import { mbppPlus } from "./mbpp-plus.ts";
import { mbppPro } from "./mbpp-pro.ts";
import { mgsm } from "./mgsm.ts";
import { minervaMath } from "./minerva-math.ts";
import { minif2f } from "./minif2f.ts";
import { mmluPro } from "./mmlu-pro.ts";
import { mmluStem } from "./mmlu-stem.ts";
import { mrGsm8k } from "./mr-gsm8k.ts";
import { multiplE } from "./multipl-e.ts";
import { numberUnderstanding } from "./number-understanding.ts";
import { olympiadbench } from "./olympiadbench.ts";
import { redial } from "./redial.ts";
import { repeatCopyLogic } from "./repeat-copy-logic.ts";
import { scibench } from "./scibench.ts";
import { svamp } from "./svamp.ts";
import { symbolicWordProblems } from "./symbolic-word-problems.ts";
import { ugmathbench } from "./ugmathbench.ts";
import { wordProblems } from "./word-problems.ts";

/**
 * Every dataset of problems, in the order of the table: own and generated ones, then mathematics, reasoning, code, any
 * file.
 */
export const datasets: readonly DatasetDefinition[] = [
  wordProblems,
  arithmetic,
  symbolicWordProblems,
  numberUnderstanding,
  gameOf24Generated,
  logicGrid,
  gsm8k,
  gsmHard,
  gsmPlus,
  cmath,
  gsmSymbolic,
  mgsm,
  mathcheck,
  mrGsm8k,
  svamp,
  asdiv,
  mawps,
  math500,
  math,
  aime24,
  aime25,
  amc23,
  minervaMath,
  olympiadbench,
  scibench,
  ugmathbench,
  dynamath,
  aqua,
  mathqa,
  mathqaPython,
  mmluStem,
  mmluPro,
  gpqa,
  gameOf24,
  bbh,
  repeatCopyLogic,
  redial,
  humaneval,
  humanevalPlus,
  humanevalNext,
  humanevalPro,
  mbpp,
  mbppPlus,
  mbppPro,
  classeval,
  bigcodebench,
  livecodebench,
  multiplE,
  cruxeval,
  cruxevalX,
  evalperf,
  enamel,
  coffe,
  minif2f,
  code,
  generic,
];
