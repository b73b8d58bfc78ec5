import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generic } from "../../../experiments/datasets/generic.ts";
import { parseOptions } from "../../../src/core/strategy.ts";

const path = join(mkdtempSync(join(tmpdir(), "ruminate-hints-")), "champ.jsonl");
writeFileSync(path, `${JSON.stringify({ question: "1+1?", answer: "2", facts: ["sums"], wrong: ["divide"] })}\n`);
const load = (options: object) => generic.load({ path }, parseOptions(generic, options));

describe("hints of a dataset", () => {
  it("are read from the fields that are named, and belong to the public half", async () => {
    const [problem] = await load({ concepts: "facts", misleading: "wrong" });
    if (problem === undefined) throw new Error("there is a problem");
    expect(problem.question.hints).toEqual({ concepts: ["sums"], misleading: ["divide"] });
    expect(problem.question).not.toHaveProperty("reference");
  });

  it("are absent where no field is named, and refused where the field is no list", async () => {
    const [problem] = await load({});
    expect(problem).not.toHaveProperty("hints");
    await expect(load({ hints: "question" })).rejects.toThrow(/question.*must be a list of texts/);
  });
});
