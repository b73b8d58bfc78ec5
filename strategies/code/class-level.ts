import { z } from "zod";
import { extractProgram } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { CODE_SYSTEM, sampleSolutions } from "../../src/engine/sampling.ts";
import { callableTask, plainInstead } from "./kit/task.ts";

const methodRequest = (name: string): string =>
  `Write the method ${name} of this class, and nothing else of the class. Give it in one \`\`\`python block, beginning with its def line.`;

const classBlock = (whole: ClassText): string => `\`\`\`python\n${writeClass(whole)}\n\`\`\``;

/** The skeleton: in what the task puts before the answer, else in its statement. */
function skeletonOf(run: Run): ClassText | null {
  const task = callableTask(run.question);
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
    if (callableTask(run.question) === null) return yield* plainInstead(run, n, temperature);
    const skeleton = skeletonOf(run);
    if (order === "holistic" || skeleton === null || skeleton.methods.length > mostMethods)
      return yield* sampleSolutions(run, { n, temperature });
    for (let i = 0; i < n; i++)
      yield await byMethods(run, skeleton, order === "incremental", temperature, `class-${i}`);
  },
  select: () => bestOrMajority(),
  cost: ({ order, n, mostMethods }) => ({ calls: order === "holistic" ? n : n * mostMethods, scored: n }),
});

/** One method of a class as text, decorators included, every line unchanged. */
export interface Method {
  readonly name: string;
  readonly text: string;
}

/** A Python class as text: what comes before its first method, then its methods in order. Joined they give the text. */
export interface ClassText {
  readonly head: string;
  readonly methods: readonly Method[];
}

const methodLine = /^([ \t]+)(?:async[ \t]+)?def[ \t]+(\w+)/;

/**
 * The class `name` in a Python text, taken apart at its own methods; null where there is no such class or it has no
 * method. What follows the class at the left margin is left out.
 */
export function readClass(source: string, name: string): ClassText | null {
  const lines = source.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^class\\s+${name}\\b`).test(line));
  if (start < 0) return null;
  const after = lines.slice(start + 1).findIndex((line) => /^\S/.test(line) && !/^[#)]/.test(line));
  const body = after < 0 ? lines.slice(start) : lines.slice(start, start + 1 + after);
  const indent = body.map((line) => methodLine.exec(line)?.[1]).find((found) => found !== undefined);
  if (indent === undefined) return null;
  const starts = body.flatMap((line, i) => (methodLine.exec(line)?.[1] === indent ? [withDecorators(body, i)] : []));
  const imports = lines.slice(0, start).join("\n");
  const head = [...(imports.trim() === "" ? [] : [imports.trimEnd(), ""]), ...body.slice(0, starts[0])].join("\n");
  const methods = starts.map((from, k) => {
    const text = body
      .slice(from, starts[k + 1])
      .join("\n")
      .trimEnd();
    const line = text.split("\n").find((one) => methodLine.test(one)) ?? "";
    return { name: methodLine.exec(line)?.[2] ?? "", text };
  });
  return { head, methods };
}

function withDecorators(lines: readonly string[], at: number): number {
  let from = at;
  while (/^\s*@/.test(lines[from - 1] ?? "")) from -= 1;
  return from;
}

export const writeClass = ({ head, methods }: ClassText): string =>
  [head.trimEnd(), ...methods.map(({ text }) => text)].join("\n\n");

/** This class with that text in place of one method's. */
export function withMethod(whole: ClassText, name: string, text: string): ClassText {
  return { ...whole, methods: whole.methods.map((method) => (method.name === name ? { name, text } : method)) };
}

/** The method `name` in a model's text, in a class or on its own, indented as a method; null where it is not there. */
export function methodIn(source: string, name: string): string | null {
  const lines = source.split("\n");
  const at = lines.findIndex((line) => new RegExp(`^\\s*(?:async\\s+)?def\\s+${name}\\b`).test(line));
  if (at < 0) return null;
  const depth = indentOf(lines[at] ?? "");
  const rest = lines.slice(at + 1);
  const end = rest.findIndex((line) => line.trim() !== "" && indentOf(line) <= depth && !/^\s*[)\]}]/.test(line));
  const taken = [...lines.slice(withDecorators(lines, at), at + 1), ...(end < 0 ? rest : rest.slice(0, end))];
  return taken
    .map((line) => (line.trim() === "" ? "" : `    ${line.slice(Math.min(depth, indentOf(line)))}`))
    .join("\n")
    .trimEnd();
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
