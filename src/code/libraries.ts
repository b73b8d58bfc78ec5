import type { ExecutionResult } from "../core/execution.ts";
import { isKnownLibrary } from "../sandbox/python-imports.ts";
import { modulesLeftOut } from "../sandbox/python-needs.ts";
import type { ToolName } from "../sandbox/tools.ts";

/** Libraries of Python that tasks use and the runtime alone does not have, with the tool that brings each. */
const libraries: Readonly<Record<string, ToolName>> = {
  numpy: "numpy",
  sympy: "sympy",
  mpmath: "sympy",
  scipy: "scipy",
  pandas: "pandas",
};

/** The tool that brings a library; null for what is none of them. */
export const libraryTool = (name: string): ToolName | null =>
  Object.hasOwn(libraries, name) ? (libraries[name] ?? null) : null;

/** Is it a library that the machine may have, rather than a name that nobody knows? */
export const isLibrary = (name: string): boolean => libraryTool(name) !== null;

/** Is it any known library, or a module of Python's own that a sandbox may lack? */
export const mayBeMissing = (name: string): boolean => isKnownLibrary(name) || modulesLeftOut.includes(name);

/** The library or module that an error says a program ended for lack of; null where it says no such thing. */
export function lackedLibrary(error: string): string | null {
  const lacked = /No module named '(\w+)/.exec(error)?.[1] ?? "";
  return mayBeMissing(lacked) ? lacked : null;
}

/** What a program ended for that is no fault of its own: it was refused, or a library is not here. Null otherwise. */
export function environmentFault({ verdict, error }: Pick<ExecutionResult, "verdict" | "error">): string | null {
  if (verdict === "refused") return "the sandbox refused to run it";
  const lacked = verdict === "error" ? lackedLibrary(error) : null;
  return lacked === null ? null : `${lacked} is not here`;
}
