import { z } from "zod";
import { codeBlock, codeSystem, taskLanguage } from "../../src/answer/languages.ts";
import { extractProgram } from "../../src/code/programs.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import type { CodeTask } from "../../src/core/question.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { type Step, Trajectory } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import { bracedMethodIn, bracedSignature, readBracedClass } from "./kit/braced-class.ts";
import {
  type ClassText,
  type Method,
  methodIn,
  readClass,
  signatureOf,
  withMethod,
  writeClass,
} from "./kit/class-text.ts";
import { namedTask, plainInstead } from "./kit/task.ts";

const orders = ["holistic", "incremental", "reverse", "random", "compositional"] as const;
type Order = (typeof orders)[number];
const contexts = ["whole", "signatures", "minimum"] as const;
type Context = (typeof contexts)[number];

/** How classes of a language are taken apart: by indentation, or by braces. */
interface ClassForm {
  readonly read: (source: string, name: string) => ClassText | null;
  readonly methodIn: (source: string, name: string) => string | null;
  readonly signature: (text: string) => string;
  /** What a program that holds this method or class holds. */
  readonly mark: (name: string) => string;
}

const byIndent: ClassForm = { read: readClass, methodIn, signature: signatureOf, mark: (name) => `def ${name}` };
const byBraces: ClassForm = {
  read: readBracedClass,
  methodIn: bracedMethodIn,
  signature: bracedSignature,
  mark: (name) => name.split("(")[0] ?? name,
};
const formOf = ({ language }: CodeTask): ClassForm => (/python/i.test(language) ? byIndent : byBraces);

const methodRequest = (name: string, { language }: CodeTask): string => {
  const { fence, name: known } = taskLanguage(language);
  const start = known === "python" ? "its def line" : "its signature";
  return `Write the method ${name} of this class, and nothing else of the class. Give it in one \`\`\`${fence} block, beginning with ${start}.`;
};

/** The skeleton: in what the task puts before the answer, else in its statement. */
function skeletonOf(run: Run, task: CodeTask): ClassText | null {
  const { read } = formOf(task);
  const inText = extractProgram(run.question.text, `class ${task.entryPoint}`, task.language) ?? "";
  return read(task.prefix ?? "", task.entryPoint) ?? read(inText, task.entryPoint);
}

/** The class as a request for one method shows it: all of it, the other methods' heads, or that method alone. */
function inContext(whole: ClassText, name: string, { signature }: ClassForm, context: Context): ClassText {
  if (context === "whole") return whole;
  const own = (method: Method) => method.name === name;
  if (context === "minimum") return { ...whole, methods: whole.methods.filter(own) };
  return {
    ...whole,
    methods: whole.methods.map((one) => (own(one) ? one : { ...one, text: signature(one.text) })),
  };
}

interface Writing {
  readonly order: Exclude<Order, "holistic">;
  readonly context: Context;
  readonly temperature: number;
  readonly branch: string;
}

async function writeMethod(
  run: Run,
  task: CodeTask,
  whole: ClassText,
  name: string,
  { temperature, branch }: Writing,
): Promise<Sample | undefined> {
  const messages: readonly Message[] = [
    { role: "system", content: codeSystem(task.language) },
    {
      role: "user",
      content: `${run.question.text}\n\nThe class so far:\n${codeBlock(task.language, writeClass(whole))}\n\n${methodRequest(name, task)}`,
    },
  ];
  const [sample] = await run.sample({ messages, temperature, branch, purpose: "method" });
  return sample;
}

/** The methods in the order in which they are written. */
function inOrder(run: Run, { methods }: ClassText, { order, branch }: Writing): readonly Method[] {
  if (order === "reverse") return [...methods].reverse();
  return order === "random" ? run.random.fork("order", branch).shuffle(methods) : methods;
}

/** One class, a call a method. Where a method cannot be read out of its sample, the skeleton's stays. */
async function byMethods(run: Run, task: CodeTask, skeleton: ClassText, writing: Writing): Promise<Candidate> {
  const form = formOf(task);
  const builds = writing.order !== "compositional";
  let whole = skeleton;
  const steps: Step[] = [];
  let missing = 0;
  for (const { name } of inOrder(run, skeleton, writing)) {
    const seen = inContext(builds ? whole : skeleton, name, form, writing.context);
    const sample = await writeMethod(run, task, seen, name, writing);
    const text =
      sample === undefined
        ? null
        : form.methodIn(extractProgram(sample.text, form.mark(name), task.language) ?? sample.text, name);
    if (text === null) missing += 1;
    else whole = withMethod(whole, name, text);
    steps.push({
      text: `${text ?? ""}\n\n`,
      kind: "method",
      tokens: sample?.completionTokens,
      call: sample?.call,
    });
  }
  const text = codeBlock(task.language, writeClass(whole));
  return {
    trajectory: Trajectory.of(steps),
    text,
    answer: run.extract(text),
    complete: true,
    notes: { order: writing.order, methods: skeleton.methods.length, missing },
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
    "JavaBench's further orders are `reverse` and `random` (incremental, from the last method or in a drawn order), " +
    "and its three contexts are what a request shows of the other methods: `whole`, `signatures` or `minimum`. " +
    "Classes are taken apart by indentation in Python, else by braces (Java, C#, C++, TypeScript …)." +
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
    order: z
      .enum(orders)
      .default("incremental")
      .describe("whole, method after method (in order, reverse, random), alone"),
    context: z.enum(contexts).default("whole").describe("of the other methods: all, their heads, nothing"),
    n: z.int().min(1).max(64).default(3).describe("classes"),
    temperature: z.number().min(0).default(0.7),
    mostMethods: z.int().min(1).max(60).default(30).describe("a class with more methods is written whole"),
  }),
  async *candidates(run, { order, context, n, temperature, mostMethods }) {
    const task = namedTask(run.question);
    if (task === null) return yield* plainInstead(run, n, temperature);
    const skeleton = skeletonOf(run, task);
    if (order === "holistic" || skeleton === null || skeleton.methods.length > mostMethods)
      return yield* sampleSolutions(run, { n, temperature });
    for (let i = 0; i < n; i++)
      yield await byMethods(run, task, skeleton, { order, context, temperature, branch: `class-${i}` });
  },
  select: () => bestOrMajority(),
  cost: ({ order, n, mostMethods }) => ({ calls: order === "holistic" ? n : n * mostMethods, scored: n }),
});
