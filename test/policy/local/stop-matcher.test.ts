import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growingText } from "../../../src/policy/local/stop-matcher.ts";

const feed = (pieces: readonly string[], stops: readonly string[]) => {
  const text = growingText(stops);
  const shown: string[] = [];
  for (const piece of pieces) {
    shown.push(text.add(piece));
    if (text.stop !== null) break;
  }
  const rest = text.rest();
  return { text: text.text, stop: text.stop, shown, all: shown.join("") + rest };
};

describe("a growing text", () => {
  it("ends before a stop text that comes in several pieces", () => {
    expect(feed(["one", "\n", "\n", "two"], ["\n\n"])).toMatchObject({ text: "one", stop: "\n\n", all: "one" });
  });

  it("holds back what may begin a stop text and shows it when it does not", () => {
    expect(feed(["a", "\n", "b"], ["\n\n"]).shown).toEqual(["a", "", "\nb"]);
  });

  it("shows at the end what was held back", () => {
    expect(feed(["a", "\n"], ["\n\n"])).toMatchObject({ shown: ["a", ""], all: "a\n", stop: null });
  });

  it("takes the stop text that begins first within a piece, the first listed on a tie", () => {
    expect(feed(["x END STOP"], ["STOP", "END"])).toMatchObject({ text: "x ", stop: "END" });
    expect(feed(["x END"], ["E", "END"])).toMatchObject({ stop: "E" });
  });

  it("ignores an empty stop text", () => {
    expect(feed(["a", "b"], [""])).toMatchObject({ text: "ab", stop: null });
  });

  it("never shows any of the stop text, however the text is cut into pieces", () => {
    const letters = fc.constantFrom("a", "b", "c");
    const word = (most: number) => fc.array(letters, { minLength: 1, maxLength: most }).map((all) => all.join(""));
    fc.assert(
      fc.property(fc.array(word(4), { maxLength: 12 }), word(4), (pieces, stop) => {
        const whole = pieces.join("");
        const end = whole.indexOf(stop);
        const { text, stop: found, all } = feed(pieces, [stop]);
        expect(text).toBe(end < 0 ? whole : whole.slice(0, end));
        expect(found).toBe(end < 0 ? null : stop);
        expect(all).toBe(text);
      }),
    );
  });
});
