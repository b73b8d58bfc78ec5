import { z } from "zod";
import { extractProgram } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { CODE_SYSTEM, sampleSolutions } from "../../src/engine/sampling.ts";
import { type ClassText, methodIn, readClass, withMethod, writeClass } from "./class-level/class-skeleton.ts";
import { plainInstead, pythonTask } from "./kit/task.ts";

const methodRequest = (name: string): string =>
  `Write the method ${name} of this class, and nothing else of the class. Give it in one \`\`\`python block, beginning with its def line.`;

const classBlock = (whole: ClassText): string => `\`\`\`python\n${writeClass(whole)}\n\`\`\``;

/** The skeleton: in what stands before the answer, else in the statement. */
function skeletonOf(run: Run): ClassText | null {
  const task = pythonTask(run.question);
  if (task === null) return null;
  const inText = extractProgram(run.question.text, `class ${task.entryPoint}`) ?? "";
  return readClass(task.prefix ?? "", task.entryPoint) ?? readClass(inText, task.entryPoint);
}

async function writeMethod(
  run: Run,
  whole: ClassText,
  name: string,
  temperature: number,
  branch: string,
): Promise<Sample | undefined> {
  const messages: readonly Message[] = [
    { role: "system", content: CODE_SYSTEM },
    {
      role: "user",
      content: `${run.question.text}\n\nThe class so far:\n${classBlock(whole)}\n\n${methodRequest(name)}`,
    },
  ];
  const [sample] = await run.sample({ messages, temperature, branch, purpose: "method" });
  return sample;
}

/** One class, a call a method. Where a method cannot be read out of its sample, the skeleton's stays. */
async function byMethods(
  run: Run,
  skeleton: ClassText,
  builds: boolean,
  temperature: number,
  branch: string,
): Promise<Candidate> {
  let whole = skeleton;
  const steps: Step[] = [];
  let missing = 0;
  for (const { name } of skeleton.methods) {
    const sample = await writeMethod(run, builds ? whole : skeleton, name, temperature, branch);
    const text =
      sample === undefined ? null : methodIn(extractProgram(sample.text, `def ${name}`) ?? sample.text, name);
    if (text === null) missing += 1;
    else whole = withMethod(whole, name, text);
    steps.push({
      text: `${text ?? ""}\n\n`,
      kind: "method",
      tokens: sample?.completionTokens,
      call: sample?.call,
    });
  }
  const text = classBlock(whole);
  return {
    trajectory: Trajectory.of(steps),
    text,
    answer: run.extract(text),
    complete: true,
    notes: { order: builds ? "incremental" : "compositional", methods: skeleton.methods.length, missing },
  };
}

/**
 * A class from its skeleton, in one of the orders of ClassEval (Du et al. 2023, arXiv:2308.01861, section 3.3;
 * JavaBench, Cao et al. 2024, arXiv:2406.12902, calls them holistic, incremental and independent): `holistic` the
 * whole class in one answer; `incremental` method after method, each seeing those written before it; `compositional`
 * each method from the skeleton alone, put together at the end.
 */
export const classLevel = defineStrategy({
  name: "class-level",
  summary: "a class from its skeleton: whole, method after method, or each method by itself",
  paper: "Du et al. 2023, arXiv:2308.01861, section 3.3",
  family: "code",
  how:
    "A class from its skeleton, in one of the orders of ClassEval (Du et al. 2023, arXiv:2308.01861, section 3.3; " +
    "JavaBench, Cao et al. 2024, arXiv:2406.12902, calls them holistic, incremental and independent): `holistic` the " +
    "whole class in one answer; `incremental` method after method, each seeing those written before it; " +
    "`compositional` each method from the skeleton alone, put together at the end." +
    "\n\n" +
    "The skeleton is the class named by the task's entry point, in its prefix or its statement; what stands before " +
    "and between its methods is kept. A method that cannot be read keeps the skeleton's text and is counted in " +
    "`missing`. A task without a skeleton is written whole, and a question that asks for no program gets plain " +
    "solutions." +
    "\n\n" +
    "`n` classes; the best by the outcome verifier wins, else the majority.",
  costNote: "`n` calls, times the methods (at most `mostMethods`, else the class is written whole) but for `holistic`.",
  departures: [],
  rewards: {
    outcome: "picks: the highest score wins",
    process: "picks by its aggregated scores (a method is a step)",
    none: "majority of equal classes",
  },
  options: z.strictObject({
    order: z.enum(["holistic", "incremental", "compositional"]).default("incremental"),
    n: z.int().min(1).max(64).default(3).describe("classes"),
    temperature: z.number().min(0).default(0.7),
    mostMethods: z.int().min(1).max(60).default(30).describe("a class with more methods is written whole"),
  }),
  async *candidates(run, { order, n, temperature, mostMethods }) {
    if (pythonTask(run.question) === null) return yield* plainInstead(run, n, temperature);
    const skeleton = skeletonOf(run);
    if (order === "holistic" || skeleton === null || skeleton.methods.length > mostMethods)
      return yield* sampleSolutions(run, { n, temperature });
    for (let i = 0; i < n; i++)
      yield await byMethods(run, skeleton, order === "incremental", temperature, `class-${i}`);
  },
  select: () => bestOrMajority(),
  cost: ({ order, n, mostMethods }) => ({ calls: order === "holistic" ? n : n * mostMethods, scored: n }),
});
