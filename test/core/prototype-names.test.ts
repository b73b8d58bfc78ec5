import { describe, expect, it } from "vitest";
import { canonicalKey } from "../../src/answer/canonical.ts";
import { compareAnswers } from "../../src/answer/equal.ts";
import { extractAnswer } from "../../src/answer/extract.ts";
import { builtins } from "../../src/builtins.ts";
import { bodyDecoder } from "../../src/policy/openai/decoding.ts";
import { pricesOf } from "../../src/policy/price-table.ts";
import { selectionOf, stoppingOf } from "../../src/setup/setup.ts";

/** What every object has: no table may find these. */
const names = Object.getOwnPropertyNames(Object.prototype);

describe("names that every object has", () => {
  it.each(names)("%s in an answer are words like others", (name) => {
    const answers = [
      name,
      `${name}(2)`,
      `\\${name}`,
      `\\${name}{2}`,
      `5 ${name}`,
      `\\frac{${name}}{2}`,
      `5 \\text{${name}}`,
    ];
    for (const answer of answers) {
      for (const kind of ["math", "number", "text", "choice"] as const) {
        expect(canonicalKey(answer, kind)).toBeTypeOf("string");
        expect(compareAnswers(answer, "3", { kind })).not.toMatchObject({ equal: true });
        compareAnswers(answer, `${name}(4)`, { kind });
        extractAnswer(`The answer is ${answer}.`, { kind });
      }
    }
  });

  it.each(names)("%s open no strategy, rule, price or encoding", (name) => {
    const { strategies, verifiers } = builtins();
    expect(() => strategies.get(name)).toThrow(/Unknown strategy/);
    expect(() => verifiers.get(name)).toThrow(/Unknown verifier/);
    expect(() => selectionOf(name)).toThrow(/Unknown selection/);
    expect(stoppingOf(null)).toBeUndefined();
    expect(pricesOf(`${name.toLowerCase()}:x`)).toBeUndefined();
    const got: Buffer[] = [];
    bodyDecoder(name, (data) => got.push(data)).write(Buffer.from("as it is"));
    expect(Buffer.concat(got).toString()).toBe("as it is");
  });
});
