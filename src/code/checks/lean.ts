import { delimiter, dirname, join } from "node:path";
import type { Check } from "../../core/check.ts";
import { canRun } from "../../sandbox/tools.ts";

/** What leaves a hole in the proof, runs code while it is checked, or keeps the kernel from checking it. */
const forbiddenWords = [
  ...["sorry", "admit", "axiom", "axiomDecl", String.raw`addDecl\w*`, "native_decide", "reduceBool", "reduceNat"],
  ...["ofReduceBool", "ofReduceNat", "trustCompiler", "skipKernelTC", String.raw`set_option\s+(?:debug|compiler)`],
  ...["unsafe", "initialize", String.raw`builtin_\w+`, String.raw`run_\w+`, String.raw`(?:\w*_)?elab\w*`, "macro"],
  ...["macro_rules", "syntax", String.raw`d?simproc\w*`, "implemented_by", "extern", "opaque", "IO", "import"],
  String.raw`open\s[\w.\s]*\bLean`,
];
export const leanForbids = String.raw`\b(?:${forbiddenWords.join("|")})\b|#\w+`;

/**
 * Lean 4 accepts the proof that follows the task's header and statement, or not. A proof of `True` under the same
 * header proves that Lean and its libraries work.
 */
export const leanCheck: Check = {
  name: "lean",
  timeoutSeconds: 120,
  memoryMiB: 8192,
  needs: ["lean"],
  files: { "Candidate.lean": "{prefix}\n{answer}\n" },
  forbids: leanForbids,
  command: `lean Candidate.lean >lean.log 2>&1
status=$?
head -c 4000 lean.log
grep -q "declaration uses 'sorry'" lean.log && exit 1
exit $status`,
  verdict: { by: "exit", right: [0], wrong: [1] },
};

/** The folders that a program of Lean's needs to be shown, and where it lies: elan's are beside `bin`. */
export function leanPlaces(program: string): { readonly path: string; readonly folders: readonly string[] } | null {
  const tried = program.includes("/")
    ? [program]
    : (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, program));
  const path = tried.find(canRun);
  if (path === undefined) return null;
  const folder = dirname(path);
  if (/^\/usr\//.test(path)) return { path, folders: [] };
  return { path, folders: [/\/bin$/.test(folder) ? dirname(folder) : folder] };
}

/** The check with a program at a place of one's own, and within a Lake project that has Mathlib. */
export function leanAt(path: string, folders: readonly string[], project?: string): Check {
  const home = folders[0] ?? "/work";
  const lake = join(dirname(path), "lake");
  const call =
    project === undefined
      ? `${quoted(path)} Candidate.lean`
      : `cd ${quoted(project)} && ${quoted(lake)} env lean /work/Candidate.lean`;
  const setting = `export HOME=/work ELAN_HOME=${quoted(home)} PATH=${quoted(dirname(path))}:$PATH\n`;
  const command = leanCheck.command.replace("lean Candidate.lean >lean.log", `( ${call} ) >lean.log`);
  return {
    ...leanCheck,
    command: setting + command,
    needs: [],
    folders: [...folders, ...(project === undefined ? [] : [project])],
  };
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** A statement that is true under the same header, and its proof; null where there is no header to be found. */
export function trivialTask(prefix: string): { readonly prefix: string; readonly answer: string } {
  const at = prefix.search(/^[ \t]*(?:theorem|lemma|example)\b/m);
  const header = (at < 0 ? prefix : prefix.slice(0, at)).replace(/\/--[\s\S]*?-\/\s*$/, "");
  return { prefix: `${header}theorem known_to_hold : True := by`, answer: "  trivial" };
}

/** The proof in an answer: what follows the statement, where the answer writes it again. */
export function proofIn(answer: string, statement: string): string {
  const at = answer.indexOf(statement.trim());
  return at < 0 || statement.trim() === "" ? answer : answer.slice(at + statement.trim().length);
}
