import { describe, expect, it } from "vitest";
import { checkKind, kindNames } from "./check.ts";
import { checkReadings, readingNames } from "./readings.ts";

/** `npm run conformance -- answers kinds` makes 10,000 of each. */
const cases = 40;

describe("answers made by the kind", () => {
  it.each(kindNames)("are accepted, and their wrong neighbours are not: %s", (kind) => {
    const { falseRejects, falseAccepts, pairs } = checkKind(kind, cases);
    expect({ falseRejects, falseAccepts }).toEqual({ falseRejects: [], falseAccepts: [] });
    expect(pairs).toBeGreaterThan(3 * cases);
  });
});

describe("replies made by the kind", () => {
  it.each(readingNames)("are read as a reader would: %s", (kind) => {
    expect(checkReadings(kind, 3 * cases)).toEqual([]);
  });
});
