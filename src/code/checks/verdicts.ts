import type { CheckVerdict } from "../../core/check.ts";
import type { ExecutionResult } from "../../core/execution.ts";

/**
 * What a checker says of an answer. `undecided` says nothing about it; with `environment`, this machine
 * lacks something.
 */
export interface Checked {
  readonly verdict: "right" | "wrong" | "time-limit" | "undecided";
  readonly reason: string;
  readonly environment?: true;
}

interface Known {
  readonly word: string;
  readonly reference: string;
}

/** Reads what a checker that came to its end says. */
export function readVerdict(verdict: CheckVerdict, result: ExecutionResult, known: Known): Checked {
  const { exit } = result;
  if (exit === 126 || exit === 127)
    return undecided(`the command cannot be run: ${firstLine(result.error) || `status ${exit}`}`);
  switch (verdict.by) {
    case "exit":
      if (exit !== undefined && verdict.right.includes(exit)) return { verdict: "right", reason: "accepted" };
      if (exit !== undefined && verdict.wrong.includes(exit)) return wrong(saidBy(result));
      return undecided(
        `the checker ended with ${exit === undefined ? "a signal" : `status ${exit}`}: ${saidBy(result)}`,
      );
    case "pattern":
      return byPattern(verdict.right, verdict.wrong, result, known.word);
    case "json":
      return byJson(verdict.field, result);
    case "value":
      return byValue(verdict.relativeTolerance, result, known.reference);
  }
}

const wrong = (reason: string): Checked => ({ verdict: "wrong", reason });
const undecided = (reason: string): Checked => ({ verdict: "undecided", reason });
const firstLine = (text: string): string => text.trim().split("\n")[0]?.slice(0, 200) ?? "";
const lastLine = (text: string): string => text.trim().split("\n").at(-1)?.trim() ?? "";
const saidBy = ({ stdout, error }: ExecutionResult): string => firstLine(error) || firstLine(stdout) || "refused";

function byPattern(right: string, wrongOnes: string | undefined, result: ExecutionResult, word: string): Checked {
  const fits = (pattern: string) => new RegExp(pattern.replaceAll("{word}", word), "m").exec(result.stdout);
  const bad = wrongOnes === undefined ? null : fits(wrongOnes);
  if (bad !== null) return wrong(bad[0].replace(word, "").trim().slice(0, 200));
  if (fits(right) !== null) return { verdict: "right", reason: "accepted" };
  if (wrongOnes === undefined) return wrong(saidBy(result));
  return undecided(`the checker said neither: ${saidBy(result)}`);
}

function byJson(field: string, result: ExecutionResult): Checked {
  for (const line of result.stdout.trim().split("\n").reverse()) {
    const found = objectIn(line);
    if (found === null) continue;
    const value = found[field];
    const reason = typeof found.reason === "string" ? found.reason.slice(0, 200) : "";
    if (value === true) return { verdict: "right", reason: reason || "accepted" };
    if (value === false) return wrong(reason || "refused");
    return undecided(`the checker's "${field}" is neither true nor false${reason === "" ? "" : `: ${reason}`}`);
  }
  return undecided(`the checker gave no line of JSON: ${saidBy(result)}`);
}

function objectIn(line: string): Readonly<Record<string, unknown>> | null {
  if (!line.trim().startsWith("{")) return null;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}

function byValue(tolerance: number, result: ExecutionResult, reference: string): Checked {
  if (result.exit !== 0) return wrong(saidBy(result));
  if (reference.trim() === "") return undecided("there is no reference to compare with");
  const [came, wanted] = [lastLine(result.stdout), reference.trim()];
  const [number, expected] = [Number(came), Number(wanted.replaceAll(",", ""))];
  const numeric = came !== "" && Number.isFinite(number) && Number.isFinite(expected);
  const equal = numeric
    ? Math.abs(number - expected) <= tolerance * Math.abs(expected) + 1e-9
    : came.toLowerCase() === wanted.toLowerCase();
  return equal ? { verdict: "right", reason: "accepted" } : wrong(`it gives ${came.slice(0, 100) || "nothing"}`);
}
