import { describe, expect, it } from "vitest";
import { assemble } from "../../src/code/programs.ts";

const prefix = 'from typing import List\n\ndef total(xs: List[int]) -> int:\n    """Sum."""\n';

describe("assembling a program", () => {
  it("keeps imports and signature before an answer, whether it is a body or the whole function", () => {
    expect(assemble("    return sum(xs)", prefix, "total")).toBe(`${prefix}    return sum(xs)`);
    expect(assemble("def total(xs):\n    return sum(xs)", prefix, "total")).toBe(
      `${prefix}def total(xs):\n    return sum(xs)`,
    );
    expect(assemble("def total(xs): return 0", "", "total")).toBe("def total(xs): return 0");
  });

  it("indents a bare body again, all of it or the first line that was trimmed", () => {
    expect(assemble("s = 0\nfor x in xs:\n    s += x\nreturn s", prefix, "total")).toBe(
      `${prefix}    s = 0\n    for x in xs:\n        s += x\n    return s`,
    );
    expect(assemble("s = 0\n    for x in xs:\n        s += x\n    return s", prefix, "total")).toBe(
      `${prefix}    s = 0\n    for x in xs:\n        s += x\n    return s`,
    );
    expect(assemble("if xs:\n    return sum(xs)", prefix, "total")).toBe(`${prefix}    if xs:\n        return sum(xs)`);
  });
});
