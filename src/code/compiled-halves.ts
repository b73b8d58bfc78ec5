/** How a function is declared: what stands before it, its head without the body's bracket, its parameters. */
export interface Signature {
  readonly before: string;
  readonly head: string;
  readonly name: string;
  readonly parameters: readonly string[];
}

/**
 * The two programs that a task in a compiled language is judged by. The driver has the tests, and in the place of the
 * function one that asks; the subject has the answer, and a `main` that replies. They are built and run apart, and hand
 * each other arguments and values as bytes.
 */
export interface Halves {
  /** The statement that writes the word at the end of the tests. */
  readonly word: (word: string) => string;
  /** Closing brackets behind the last statement of the tests. */
  readonly closing: number;
  readonly driver: (signature: Signature, tests: string) => string;
  readonly subject: (program: string, name: string, signature: Signature) => string;
}

/** The declaration of `name` in a text; null without one. */
export function signatureIn(text: string, name: string, defines: RegExp): Signature | null {
  const found = defines.exec(text);
  if (found === null) return null;
  const from = text.lastIndexOf("\n", found.index) + 1;
  const open = text.indexOf("(", text.indexOf(name, found.index));
  const to = text.indexOf("{", open);
  const head = text.slice(from, to < 0 ? text.length : to).trimEnd();
  return { before: text.slice(0, from), head, name, parameters: parted(bracketed(head.slice(open - from))) };
}

/** What stands in the round bracket that a text begins with. */
function bracketed(text: string): string {
  let depth = 0;
  for (const [at, letter] of [...text].entries()) {
    if (letter === "(") depth++;
    if (letter === ")" && --depth === 0) return [...text].slice(1, at).join("");
  }
  return text.slice(1);
}

/** A list of parameters at its outer commas. */
function parted(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const letter of text) {
    if (letter === "<" || letter === "(" || letter === "[") depth++;
    if (letter === ">" || letter === ")" || letter === "]") depth--;
    if (letter === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return parts.map((one) => one.trim()).filter((one) => one !== "");
}
