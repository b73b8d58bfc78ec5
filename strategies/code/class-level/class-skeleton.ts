/** One method of a class as text, decorators included, every line as it stands. */
export interface Method {
  readonly name: string;
  readonly text: string;
}

/** A Python class as text: what stands before its first method, then its methods in order. Joined they give the text again. */
export interface ClassText {
  readonly head: string;
  readonly methods: readonly Method[];
}

const methodLine = /^([ \t]+)(?:async[ \t]+)?def[ \t]+(\w+)/;

/**
 * The class `name` in a Python text, taken apart at the methods that stand directly in it; null where there is no such class or it has no method. What
 * follows the class at the left margin is left out.
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

/** The method `name` in a model's text, in a class or on its own, indented as a method of a class; null where it is not there. */
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
