/** One method of a class as text, decorators included, every line unchanged. */
export interface Method {
  readonly name: string;
  readonly text: string;
}

/** A class as text: what comes before its first method, then its methods in order, then what closes it. */
export interface ClassText {
  readonly head: string;
  readonly methods: readonly Method[];
  readonly foot?: string;
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

export const writeClass = ({ head, methods, foot }: ClassText): string =>
  [head.trimEnd(), ...methods.map(({ text }) => text)].join("\n\n") + (foot === undefined ? "" : `\n${foot}`);

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

/** A method's head alone: up to the colon that ends it, its body left out. */
export function signatureOf(text: string): string {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => methodLine.test(line));
  const ends = lines.slice(Math.max(0, from)).findIndex((line) => /:\s*(?:#.*)?$/.test(line));
  return [...lines.slice(0, Math.max(0, from) + Math.max(0, ends) + 1), "        ..."].join("\n");
}
