import type { Program } from "../../../src/core/execution.ts";

const NUMBER = /^[-+]?(?:\d[\d_]*\.?\d*(?:e[-+]?\d+)?|\.\d+)$/i;
const TEXT = /^(?:[rbu]?"[^"{}]*"|[rbu]?'[^'{}]*'|f?"[^"{}]*"|f?'[^'{}]*'|True|False|None)$/;

/**
 * Does a program only state its answer instead of working it out? In Python: everything that it returns or prints is a literal, or a name that is only ever given
 * literals, with no branch or loop on the way. In SMT-LIB: every assertion sets a constant to a literal, or there is none. Read from the text, so it errs on the side of letting programs pass.
 */
export function isShortcut({ language, source }: Pick<Program, "language" | "source">): boolean {
  return language === "smt2" ? statesModel(source) : statesAnswer(source);
}

function statesAnswer(source: string): boolean {
  const lines = source
    .replace(/"""[\s\S]*?"""|'''[\s\S]*?'''/g, "")
    .split("\n")
    .map((line) => line.replace(/#.*$/, "").trim());
  const known = new Map<string, boolean>();
  const literal = (expression: string): boolean => {
    const text = expression.trim();
    if (NUMBER.test(text) || TEXT.test(text)) return true;
    const list = /^[[({](.*)[\])}]$/.exec(text)?.[1];
    if (list !== undefined) return list.split(",").every((item) => item.trim() === "" || literal(item));
    const formatted = /^f(["'])(.*)\1$/.exec(text)?.[2];
    if (formatted !== undefined)
      return [...formatted.matchAll(/\{([^{}]*)\}/g)].every(([, inner = ""]) => literal(inner));
    return known.get(text) === true;
  };
  const shown: boolean[] = [];
  for (const line of lines) {
    const [, name = "", value = ""] = /^([A-Za-z_]\w*)\s*=(?!=)\s*(.+)$/.exec(line) ?? [];
    if (name !== "") known.set(name, known.get(name) !== false && literal(value));
    const changed = /^([A-Za-z_]\w*)\s*[-+*/%@&|^]{1,3}=/.exec(line)?.[1];
    if (changed !== undefined) known.set(changed, false);
    const output = /^(?:return\s+(.+)|print\((.*)\))$/.exec(line);
    if (output !== null) shown.push(splitArguments(output[1] ?? output[2] ?? "").every(literal));
  }
  const branches = lines.some((line) => /^(?:if|elif|while|for|match|try)\b/.test(line));
  return !branches && shown.length > 0 && shown.every(Boolean);
}

/** The arguments of a call, parted at commas outside brackets and quotes. */
function splitArguments(text: string): string[] {
  const parts = [""];
  let depth = 0;
  let quote = "";
  for (const character of text) {
    if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === '"' || character === "'") quote = character;
    else if ("([{".includes(character)) depth++;
    else if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0 && quote === "") parts.push("");
    else parts[parts.length - 1] += character;
  }
  return parts.filter((part) => part.trim() !== "");
}

function statesModel(source: string): boolean {
  const asserted = source
    .replace(/;[^\n]*/g, "")
    .split(/(?=\(\s*assert\b)/)
    .filter((part) => /^\(\s*assert\b/.test(part));
  const value = String.raw`(?:-?[\d.]+|\(\s*-\s*[\d.]+\s*\)|true|false|"[^"]*")`;
  const stated = new RegExp(
    String.raw`^\(\s*assert\s+(?:\(\s*=\s+(?:[^\s()]+\s+${value}|${value}\s+[^\s()]+)\s*\)|[^\s()]+)\s*\)`,
  );
  return asserted.every((assertion) => stated.test(assertion.trim()));
}
