import type { Token } from "./tokens.ts";

/** Thrown inside the parser only: the text is no formula. */
export class NotAFormula extends Error {}

/** A place in a list of tokens. */
export class TokenCursor {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  done(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** The token `ahead` places on; -1 is the one before. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#at + ahead];
  }

  isSign(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token?.type === "sign" && token.text === text;
  }

  skip(count = 1): void {
    this.#at += count;
  }

  take(text: string): boolean {
    if (!this.isSign(text)) return false;
    this.#at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new NotAFormula();
  }

  /** The tokens of a braced group, or one token without braces, joined. */
  rawGroup(): string {
    if (!this.take("{")) {
      const token = this.peek();
      if (token === undefined || token.type === "sign") throw new NotAFormula();
      this.#at++;
      return token.text;
    }
    let [text, level] = ["", 1];
    for (; ; this.#at++) {
      const token = this.peek();
      if (token === undefined) throw new NotAFormula();
      if (this.isSign("{")) level++;
      if (this.isSign("}") && --level === 0) break;
      text += token.text;
    }
    this.#at++;
    return text;
  }
}
