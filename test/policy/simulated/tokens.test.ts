import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countTokens, firstTokens, tokenEnd } from "../../../src/policy/simulated/tokens.ts";

function tokens(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; ) {
    const end = tokenEnd(text, at);
    found.push(text.slice(at, end));
    at = end;
  }
  return found;
}

describe("the simulated tokenizer", () => {
  it("splits words, numbers, punctuation and white space", () => {
    expect(tokens("Step 12: she has 12 + 7 = 1934.\n\nSo")).toEqual([
      "Step",
      " 12",
      ":",
      " she",
      " has",
      " 12",
      " +",
      " 7",
      " =",
      " 193",
      "4",
      ".",
      "\n\n",
      "So",
    ]);
    expect(tokens("birthday")).toEqual(["birthd", "ay"]);
  });

  it("gives the text back, counts what it splits, and always goes on", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "Z", "7", " ", "\n", ".", "é", "{") }), (text) => {
        const split = tokens(text);
        expect(split.join("")).toBe(text);
        expect(split.every((token) => token.length > 0)).toBe(true);
        expect(countTokens(text)).toBe(split.length);
      }),
    );
  });

  it("cuts after whole tokens, and a longer cut begins with a shorter one", () => {
    const text = "So the answer is \\boxed{42}.";
    for (let most = 0; most < 12; most++) {
      const cut = firstTokens(text, most);
      expect(cut.tokens).toBe(Math.min(most, countTokens(text)));
      expect(text.startsWith(cut.text)).toBe(true);
      expect(countTokens(cut.text)).toBe(cut.tokens);
    }
  });
});
