/** A Python literal that stands alone: number, string, True/False/None, list, tuple, dict or set of such. */
const literal = /^(?:[-+]?\d[\d.]*(?:e[-+]?\d+)?|'[^'\\\n]*'|"[^"\\\n]*"|True|False|None|[[({].*[\])}])$/;

/**
 * The examples in a Python docstring as assertions: `>>> call` with its value on the next line, and `call == value`,
 * `=> value`, `➞ value`, `returns value`. An example counts only when its value is plainly a literal and its call
 * closes on its line, so an explanation ("19 - 5 - 6 = 8") or an expected error never becomes a test.
 */
export function shownExamples(prompt: string, entryPoint: string): string[] {
  const lines = prompt.split("\n").map((line) => line.trim());
  const found = lines.flatMap((line, index) => {
    const [call, value] = line.startsWith(">>>")
      ? [line.slice(3).trim(), lines[index + 1] ?? ""]
      : inlineExample(line, entryPoint);
    return call.startsWith(`${entryPoint}(`) && callEnd(call) === call.length && isClosed(call) && isLiteral(value)
      ? [`assert ${call} == ${value}`]
      : [];
  });
  return [...new Set(found)];
}

/** No name in the arguments that the example leaves undefined, as in `is_happy(aabb)`. */
function isClosed(call: string): boolean {
  const bare = call.replace(/'[^']*'|"[^"]*"/g, "").matchAll(/[A-Za-z_]\w*(?!\w*\s*[(=])/g);
  return [...bare].every(([name]) => /^(?:True|False|None)$/.test(name));
}

function inlineExample(line: string, entryPoint: string): readonly [string, string] {
  const from = line.startsWith(`${entryPoint}(`) ? 0 : -1;
  const end = from === -1 ? -1 : callEnd(line);
  if (end === -1) return ["", ""];
  const rest = /^\s*(?:==>?|=>|➞|→|->|#?\s*returns)\s*(.+?)\s*$/.exec(line.slice(end));
  return [line.slice(0, end), rest?.[1] ?? ""];
}

/** Index just after the bracket that closes the first one, or -1; brackets in quotes do not count. */
function callEnd(text: string): number {
  let depth = 0;
  let quote = "";
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (quote !== "") {
      if (char === "\\") at += 1;
      else if (char === quote) quote = "";
    } else if (char === "'" || char === '"') quote = char;
    else if ("([{".includes(char)) depth += 1;
    else if (")]}".includes(char) && --depth === 0) return at + 1;
  }
  return -1;
}

const isLiteral = (value: string): boolean =>
  literal.test(value) &&
  (/^[[({]/.test(value) ? callEnd(value) === value.length && !/\.\.\.|[=:]\s*$/.test(value) : true);
