import type { Named } from "../tricks/trick.ts";
import type { Kind } from "./kinds.ts";
import type { Task } from "./tasks.ts";

/** How a language with types writes values, prompts and tests, in MultiPL-E's form. */
export interface Form {
  readonly text: (text: string) => string;
  readonly word: (value: boolean | null) => string;
  readonly int?: (value: number) => string;
  /** A number that may be missing, where it is there. */
  readonly some?: (value: string) => string;
  readonly list: (parts: readonly string[], kind: Kind) => string;
  readonly map: (rows: readonly (readonly [string, string])[]) => string;
  readonly prompt: (task: Task) => string;
  /** What a completion begins with, where the prompt does not open the body. */
  readonly opening?: string;
  readonly closing: string;
  readonly whole: (task: Task, body: string) => string;
  readonly tests: (task: Task, cases: readonly (readonly [string[], string])[]) => string;
  /** The whole function with a text outside of it, where that does not stand at the beginning. */
  readonly outside?: (whole: string, text: string) => string;
  /** A body that gives one value for all arguments. */
  readonly returning: (value: string) => string;
}

/** What a wrong answer does in its function, and what it writes outside of it, by what it hopes for. */
export interface Table {
  readonly inside: Named;
  readonly outside: Named;
  /** A value that is wrong for every test. */
  readonly wrong: string;
}

/** A language's twenty answers and its tricks. */
export interface Written {
  readonly form: Form;
  readonly bodies: Readonly<Record<string, string>>;
  readonly tricks: Table;
}

/** The head of a task's function, with the types of a language. */
export const signatureOf =
  (
    head: (name: string, parameters: readonly string[], result: string) => string,
    parameter: (name: string, type: string) => string,
    types: Readonly<Record<Kind, string>>,
  ) =>
  ({ name, parameters, kinds }: Task): string =>
    head(
      name,
      parameters.map((one, i) => parameter(one, types[kinds[i] ?? "int"])),
      types[kinds.at(-1) ?? "int"],
    );
