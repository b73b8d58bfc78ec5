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
  /** The tests with a statement behind the last one that writes the word, so that an early end does not pass. */
  readonly ending: (tests: string, word: string) => string;
  readonly driver: (signature: Signature, tests: string) => string;
  readonly subject: (program: string, name: string, signature: Signature) => string;
}

/** Puts a statement before the last closing brackets of the tests. */
export const endingWith =
  (closing: number, statement: (word: string) => string): Halves["ending"] =>
  (tests, word) => {
    const whole = tests.trimEnd().replace(/return 0;\s*\}$/, "}");
    let at = whole.length;
    for (let i = 0; i < closing; i++) at = whole.lastIndexOf("}", at - 1);
    return `${whole.slice(0, at)}${statement(word)}\n${whole.slice(at)}\n`;
  };

/** A bracket of a body, not of one of Go's types without a name. */
const bodyOpens = /(?<!\b(?:interface|struct)\s*)\{/g;

/** The declaration of `name` in a text; null without one. */
export function signatureIn(text: string, name: string, defines: RegExp): Signature | null {
  const found = defines.exec(text);
  if (found === null) return null;
  const from = text.lastIndexOf("\n", found.index) + 1;
  const open = text.indexOf("(", text.indexOf(name, found.index));
  bodyOpens.lastIndex = open;
  const to = bodyOpens.exec(text)?.index ?? -1;
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
