import { z } from "zod";
import { extractProgram, shortened } from "../../../src/code/programs.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import { EnvironmentError } from "../../../src/core/errors.ts";
import type { ExecutionResult, Program } from "../../../src/core/execution.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run, SampleSpec } from "../../../src/core/run.ts";
import { type Step, Trajectory } from "../../../src/core/trajectory.ts";
import { solutionMessages } from "../../../src/engine/sampling.ts";

const KNOWLEDGE =
  "Write down the concepts, definitions and formulas that help to solve the problem, one a line. Do not solve it.";
const QUERY =
  "Write one short search query that would find what one must know to solve the problem. Write the query alone.";
const FACTS =
  "From these search results write down the facts that help to solve the problem, one a line, in your own words. If there are none, write NONE.";
const PROGRAM =
  "Write a Python program that solves the problem: one function solution() without parameters that returns the answer, in one ```python block and nothing else. Use only the standard library.";
const FIX =
  "The program does not give an answer. Find the error, and write the whole corrected program in one ```python block.";
const SOLVER =
  "Let a computer algebra system do what remains to be worked out. Write two lines. Thought: what is to be solved. Query: one SymPy expression, such as solve(x**2 - 2*x - 3, x) or simplify(...) or integrate(...). One-letter names are symbols.";
const SOLVER_FAILED = "The query gave no result. Write the two lines again with a query that works.";
const ANSWER = "Use what is known above where it helps. Write the solution, and put the final answer within \\boxed{}.";

const SYMBOLS = `from sympy import *
a, b, c, d, f, g, h, k, l, m, n, p, q, r, s, t, u, v, w, x, y, z = symbols("a b c d f g h k l m n p q r s t u v w x y z")
`;

export const moduleNames = ["knowledge", "search", "program", "solver", "answer"] as const;
export type ModuleName = (typeof moduleNames)[number];

export interface ModuleOptions {
  readonly temperature: number;
  readonly attempts: number;
  readonly answerTokens: number;
  readonly answerAttempts: number;
  readonly timeoutMs: number;
  readonly search?: SearchTool | undefined;
}

/** One pass through the modules: each adds to a context that the later ones see, and the last one writes the answer. */
export class Pipeline {
  readonly #run: Run;
  readonly #options: ModuleOptions;
  readonly #hasAlgebra: () => Promise<boolean>;
  readonly #steps: Step[] = [];
  readonly #used: string[] = [];
  #context = "";

  /** `hasAlgebra` says whether the sandbox can import SymPy. */
  constructor(run: Run, options: ModuleOptions, hasAlgebra: () => Promise<boolean>) {
    this.#run = run;
    this.#options = options;
    this.#hasAlgebra = hasAlgebra;
  }

  async follow(order: readonly ModuleName[]): Promise<Candidate> {
    for (const name of order) {
      if (name === "answer") return await this.#answer();
      await this.#perform(name);
    }
    return await this.#answer();
  }

  async #perform(name: Exclude<ModuleName, "answer">): Promise<void> {
    if (name === "search" && this.#options.search === undefined) return;
    if (name === "solver" && !(await this.#hasAlgebra())) return;
    this.#used.push(name);
    if (name === "knowledge") await this.#knowledge();
    else if (name === "search") await this.#search(this.#options.search as SearchTool);
    else if (name === "program") await this.#program();
    else await this.#solver();
  }

  /** Adds to what the later modules see; what the model wrote is a step of its own. */
  #add(title: string, text: string): void {
    this.#context += `${title}:\n${text.trim()}\n\n`;
  }

  async #ask(
    instruction: string,
    spec: Pick<SampleSpec, "temperature" | "purpose">,
    kind: string,
    earlier: readonly Message[] = [],
  ): Promise<string | null> {
    const content = `Problem: ${this.#run.question.text}\n\n${this.#context}${instruction}`;
    const [sample] = await this.#run.sample({ ...spec, messages: [{ role: "user", content }, ...earlier] });
    if (sample === undefined) return null;
    this.#steps.push({ text: `${sample.text.trim()}\n\n`, kind, tokens: sample.completionTokens, call: sample.call });
    return sample.text;
  }

  async #knowledge(): Promise<void> {
    const known = await this.#ask(KNOWLEDGE, { temperature: 0, purpose: "knowledge" }, "knowledge");
    if (known !== null) this.#add("Knowledge", known);
  }

  /** The question itself is the first query, then those that the model writes; until something useful is found. */
  async #search(tool: SearchTool): Promise<void> {
    for (let attempt = 0; attempt < this.#options.attempts; attempt++) {
      const { temperature } = this.#options;
      const query =
        attempt === 0 ? this.#run.question.text : await this.#ask(QUERY, { temperature, purpose: "query" }, "query");
      if (query === null) return;
      const found = shortened(await find(tool, query.trim(), this.#run.signal), 4000);
      const asked = `Search results:\n${found}\n\n${FACTS}`;
      const facts = await this.#ask(asked, { temperature: 0, purpose: "knowledge" }, "search");
      if (facts === null || /^\W*NONE\b/.test(facts)) continue;
      this.#add("Found", facts);
      return;
    }
  }

  async #execute(program: Program): Promise<{ result: ExecutionResult; shown: string; value: string | null }> {
    const result = await this.#run.execute(program, { wallMs: this.#options.timeoutMs });
    const value = result.verdict === "ok" ? result.value : null;
    const said = (value ?? (result.error.trim() || result.verdict)).replaceAll("```", "'''");
    const shown = `\`\`\`output\n${shortened(said, 400)}\n\`\`\`\n`;
    const last = this.#steps.pop();
    if (last !== undefined) this.#steps.push({ ...last, observation: shown });
    return { result, shown, value };
  }

  async #program(): Promise<void> {
    const earlier: Message[] = [];
    for (let attempt = 0; attempt < this.#options.attempts; attempt++) {
      const temperature = attempt === 0 ? this.#options.temperature : 0.7;
      const text = await this.#ask(PROGRAM, { temperature, purpose: "program" }, "program", earlier);
      if (text === null) return;
      const source = extractProgram(text, "def solution") ?? text;
      const { shown, value } = await this.#execute({ language: "python", source, result: { call: "solution" } });
      if (value !== null) {
        this.#add("Program", `\`\`\`python\n${source.trim()}\n\`\`\`\n${shown}`);
        return;
      }
      earlier.push({ role: "assistant", content: text }, { role: "user", content: `${shown}\n${FIX}` });
    }
  }

  async #solver(): Promise<void> {
    const earlier: Message[] = [];
    for (let attempt = 0; attempt < this.#options.attempts; attempt++) {
      const text = await this.#ask(
        SOLVER,
        { temperature: this.#options.temperature, purpose: "query" },
        "solver",
        earlier,
      );
      if (text === null) return;
      const query = /Query:\s*`*(?:python\n)?([^\n`]+)/.exec(text)?.[1]?.trim() ?? "None";
      const source = `${SYMBOLS}result = (${query})\n`;
      const { shown, value } = await this.#execute({ language: "python", source, result: { variable: "result" } });
      if (value !== null) {
        this.#add("Solver", `${query}\n${shown}`);
        return;
      }
      earlier.push({ role: "assistant", content: text }, { role: "user", content: `${shown}\n${SOLVER_FAILED}` });
    }
  }

  /** Written again until it marks an answer. */
  async #answer(): Promise<Candidate> {
    const { temperature, answerTokens, answerAttempts } = this.#options;
    const known = this.#context === "" ? "" : `\n\n${this.#context}${ANSWER}`;
    const messages = solutionMessages(this.#run.question).map((message, at, all) =>
      at === all.length - 1 ? { role: message.role, content: message.content + known } : message,
    );
    for (let attempt = 0; attempt < answerAttempts; attempt++) {
      const [sample] = await this.#run.sample({ messages, temperature, maxTokens: answerTokens, purpose: "aggregate" });
      if (sample === undefined) break;
      const answer = this.#run.extract(sample.text);
      const marked = answer !== null && /^(?:boxed|hash|phrase|choice)/.test(answer.rule);
      if (!marked && attempt < answerAttempts - 1) continue;
      this.#steps.push({ text: sample.text, kind: "answer", tokens: sample.completionTokens, call: sample.call });
      return { ...this.unfinished(), answer, complete: sample.finish === "stop" || answer?.rule === "boxed" };
    }
    return this.unfinished();
  }

  /** What there is so far, without an answer. */
  unfinished(): Candidate {
    const trajectory = Trajectory.of(this.#steps);
    const notes = { modules: [...this.#used, "answer"].join(" ") };
    return { trajectory, text: trajectory.text, answer: null, complete: false, notes };
  }
}

/** A LangChain retriever (gives documents) or tool (gives a text), or anything that is called alike. */
export interface SearchTool {
  invoke(input: unknown, options?: { signal?: AbortSignal }): Promise<unknown>;
  readonly name?: string;
  /** A structured tool's input. */
  readonly schema?: unknown;
}

const isSearchTool = (value: unknown): value is SearchTool =>
  typeof value === "object" && value !== null && "invoke" in value && typeof value.invoke === "function";

/** A search tool in options. Traces name it and nothing more of it. */
export const searchOption = z
  .custom<SearchTool>(isSearchTool, "must be a retriever or a tool with an invoke method")
  .transform((tool): SearchTool & { toJSON(): unknown } => ({
    invoke: (input, options) => tool.invoke(input, options),
    schema: tool.schema,
    name: tool.name ?? tool.constructor.name,
    toJSON: () => ({ search: tool.name ?? tool.constructor.name }),
  }));

/** A structured tool takes its text under a name: "query" where it has one, else the first. */
function inputFor({ schema }: SearchTool, query: string): unknown {
  const described = schema as { shape?: object; properties?: object } | undefined;
  const fields = Object.keys(described?.shape ?? described?.properties ?? {});
  const field = fields.includes("query") ? "query" : fields[0];
  return field === undefined ? query : { [field]: query };
}

/**
 * What a retriever or tool gave, as text: documents one after the other, a message's content, anything else as JSON.
 */
function textOf(found: unknown): string {
  if (typeof found === "string") return found;
  if (Array.isArray(found)) return found.map(textOf).join("\n\n");
  const { pageContent, content } = (found ?? {}) as { pageContent?: unknown; content?: unknown };
  if (typeof pageContent === "string") return pageContent;
  return typeof content === "string" ? content : JSON.stringify(found ?? "");
}

/** Asks a search tool. @throws EnvironmentError when it fails; the signal's reason when that fired. */
export async function find(tool: SearchTool, query: string, signal: AbortSignal): Promise<string> {
  try {
    return textOf(await tool.invoke(inputFor(tool, query), { signal }));
  } catch (cause) {
    signal.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EnvironmentError(
      `The search tool ${tool.name ?? ""} failed: ${reason}. Mend it, or leave the option "search" out.`,
      { cause },
    );
  }
}
