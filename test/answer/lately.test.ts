import { expect, it } from "vitest";
import { lately, latelyByKind } from "../../src/answer/lately.ts";

it("keeps the last results and no more, and never answers with another text's", () => {
  const asked: string[] = [];
  const twice = lately(2, (text) => {
    asked.push(text);
    return `${text}${text}`;
  });
  expect(["a", "b", "a", "b"].map(twice)).toEqual(["aa", "bb", "aa", "bb"]);
  expect(asked).toEqual(["a", "b"]);
  for (const text of ["c", "a", "d", "e", "f", "g"]) expect(twice(text)).toBe(`${text}${text}`);
  twice("b");
  expect(asked).toEqual(["a", "b", "c", "d", "e", "f", "g", "b"]);
});

it("keeps results apart by kind", () => {
  const both = latelyByKind(5, (text, kind) => `${kind} ${text}`);
  expect([both("x", "math"), both("x", "choice"), both("x", undefined), both("x", "math")]).toEqual([
    ...["math x", "choice x", "undefined x", "math x"],
  ]);
});
