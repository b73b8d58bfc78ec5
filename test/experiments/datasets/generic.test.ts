import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generic, genericOptions } from "../../../experiments/datasets/generic.ts";
import { InvalidFileError } from "../../../src/core/errors.ts";
import { type ProblemRow, rowOf } from "../../../src/core/problem.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-any-file-"));

async function load(content: string | object, options: object = {}, file = "a.jsonl"): Promise<readonly ProblemRow[]> {
  const path = join(folder, file);
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return (await generic.load({ path }, genericOptions.parse(options))).map(rowOf);
}

const one = async (content: string | object, options: object = {}, file?: string): Promise<ProblemRow> =>
  (await load(content, options, file))[0] as ProblemRow;

async function refusal(content: string | object, options: object = {}, file?: string): Promise<string> {
  const error = await load(content, options, file).then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidFileError)) throw new Error(`expected InvalidFileError, got ${String(error)}`);
  return error.message;
}

describe("what generic refuses", () => {
  it("an answer that may be an option's index or its text", async () => {
    const row = { question: "2 + 0?", options: ["1", "2", "3", "4"], answer: "2" };
    const message = await refusal(row, { choices: "options" });
    expect(message).toMatch(/field "answer" may name several options \(C as index, B as text\), got a string, "2"/);
    expect(message).toContain("Set answerIs.");
    for (const [answerIs, letter] of [
      ["text", "B"],
      ["index", "C"],
      ["index-from-1", "B"],
    ])
      expect((await one(row, { choices: "options", answerIs })).reference.answer).toBe(letter);
  });

  it("a letter that is also another option's text", async () => {
    const row = { question: "q", options: ["B", "A"], answer: "A" };
    expect(await refusal(row, { choices: "options" })).toMatch(/A as letter, B as text/);
    expect((await one({ ...row, options: ["A", "B"] }, { choices: "options" })).reference.answer).toBe("A");
  });

  it("an index that only counting from 1 explains", async () => {
    const row = { question: "q", options: ["w", "x", "y", "z"], answer: 4 };
    expect(await refusal(row, { choices: "options" })).toContain("Set answerIs: index-from-1");
    expect((await one(row, { choices: "options", answerIs: "index-from-1" })).reference.answer).toBe("D");
  });

  it.each([
    [{ tests: { language: "python" } }, /"tests" holds tests.+Load the file as the dataset code/],
    [{ test_list: ["assert f() == 1"] }, /"test_list" holds tests/],
    [{ image: "a.png" }, /"image" holds a picture.+Leave this record out/],
    [{ decoded_image: { bytes: "x" } }, /"decoded_image" holds a picture/],
    [{ question: "See <image 1>. What is x?" }, /"question" refers to a picture/],
    [{ question: "Look: ![graph](g.png)" }, /"question" refers to a picture/],
    [{ options: ["a", "b"] }, /"options" holds options.+Set choices: options/],
    [{ context: "Ann has 2 figs." }, /"context" may be what the question is about.+question: \[context, question\]/],
    [{ meta: { answer: "4" } }, /"answer" is there twice, "3" at the top and "4" in meta/],
    [{ id: "a", meta: { question: "other" } }, /"question" is there twice/],
  ])("what would be dropped: %j", async (fields, message) => {
    expect(await refusal({ question: "q", answer: "3", ...fields })).toMatch(message);
  });

  it("nothing of it where it is ignored by name, or holds nothing", async () => {
    const row = { question: "q", answer: "3", image: "a.png", test: "assert", meta: { answer: "4" } };
    const ignore = ["image", "test", "meta.answer"];
    expect((await one(row, { ignore })).reference.answer).toBe("3");
    expect((await one(row, { ignore: ["image", "test"], answer: "meta.answer" })).reference.answer).toBe("4");
    expect((await one({ question: "q", answer: "3", image: null, options: [], context: "" })).kind).toBe("number");
  });

  it("a time of day, which may be a ratio; a date is text", async () => {
    expect(await refusal({ question: "q", answer: "12:30" })).toMatch(/may be a time or a ratio.+Set kind: text/);
    expect((await one({ question: "q", answer: "12:30" }, { kind: "text" })).kind).toBe("text");
    expect((await one({ question: "q", answer: "2024-05-01" })).kind).toBe("text");
    expect((await one({ question: "q", answer: "05/01/2024" })).kind).toBe("text");
    expect((await one({ question: "q", answer: "5/12" })).kind).toBe("number");
  });
});

describe("what generic takes", () => {
  it("lists as tags, each value one, from JSON and from cells", async () => {
    const tagFields = ["domain", "hard"];
    const row = { question: "q", answer: "1", domain: ["Algebra", "Geometry", "Algebra"], hard: true };
    expect((await one(row, { tagFields })).tags).toEqual(["domain:Algebra", "domain:Geometry", "hard:true"]);
    const csv = 'question,answer,domain,hard\nq,1,"[""Algebra"", ""Logic""]",no\nr,2,,yes\n';
    expect((await load(csv, { tagFields }, "t.csv")).map(({ tags }) => tags)).toEqual([
      ["domain:Algebra", "domain:Logic", "hard:no"],
      ["hard:yes"],
    ]);
    expect(await refusal({ question: "q", answer: "1", domain: [{ a: 1 }] }, { tagFields: ["domain"] })).toMatch(
      /"domain" must be text, a number, true, false or a list of such/,
    );
  });

  it("JSON in a cell: options, and fields inside an object", async () => {
    const csv = 'question,choices,answer,info\nq,"[""x"",""y""]",y,"{""level"": {""name"": ""easy""}}"\n';
    const found = await one(csv, { choices: "choices", tagFields: ["info.level.name"] }, "j.csv");
    expect(found).toMatchObject({ choices: ["x", "y"], reference: { answer: "B" }, tags: ["info.level.name:easy"] });
  });

  it("tables without a header whose columns are named", async () => {
    const options = { columns: ["question", "answer"] };
    const found = await load('What is 1 + 1?\t2\n"Say ""four"""\t4\n', options, "m.tsv");
    expect(found.map(({ text, reference }) => [text, reference.answer])).toEqual([
      ["What is 1 + 1?", "2"],
      ['Say "four"', "4"],
    ]);
    expect(await refusal("a\tb\tc\n", options, "m.tsv")).toMatch(/m\.tsv:1: has 3 cells where the header has 2/);
    expect(await refusal("question\tanswer\nq\t1\n", options, "m.tsv")).toMatch(/a header that repeats `columns`/);
    expect(await refusal({ question: "q", answer: "1" }, options)).toMatch(/names its fields itself/);
  });

  it("two fields of text as one question", async () => {
    const row = { note: "A man of 70.", question: "His score?", answer: "3" };
    expect((await one(row, { question: ["note", "question"] })).text).toBe("A man of 70.\n\nHis score?");
    expect((await one(row, { question: ["note", "question"], joinWith: " " })).text).toBe("A man of 70. His score?");
    expect(await refusal(row)).toMatch(/"note" may be what the question is about/);
  });

  it("a tolerance of the row, of its kind, or of all", async () => {
    const rows = [
      { question: "a", answer: "3", type: "integer" },
      { question: "b", answer: "3.5", type: "decimal", tol: "0.1" },
      { question: "c", answer: "4.5", type: "other", tol: "" },
    ].map((row) => JSON.stringify(row));
    const tolerances = async (options: object) =>
      (await load(rows.join("\n"), options)).map(({ reference }) => reference.relativeTolerance);
    const toleranceOf = { field: "type", values: { integer: 0, decimal: 0.05 } };
    expect(await tolerances({ toleranceOf })).toEqual([0, 0.05, undefined]);
    expect(await tolerances({ toleranceOf, relativeTolerance: 0.01 })).toEqual([0, 0.05, 0.01]);
    expect(await tolerances({ tolerance: "tol", relativeTolerance: 0.01 })).toEqual([0.01, 0.1, 0.01]);
    expect(await refusal({ question: "a", answer: "3", tol: 5 }, { tolerance: "tol" })).toMatch(
      /"tol" must be a relative tolerance from 0 to 1, got a number, 5/,
    );
  });

  it("dates and timestamps, by which rows are chosen", async () => {
    const rows = ["2024-01-31", "2024-02-01T00:00:00", "2024-02-01T00:30:00+01:00", 1_709_251_200].map((at, i) =>
      JSON.stringify({ question: `q${i}`, answer: "1", at }),
    );
    const texts = async (options: object) =>
      (await load(rows.join("\n"), { date: "at", ...options })).map((p) => p.text);
    expect(await texts({ from: "2024-02-01" })).toEqual(["q1", "q3"]);
    expect(await texts({ until: "2024-02" })).toEqual(["q0", "q2"]);
    expect(await refusal({ question: "q", answer: "1", at: "May" }, { date: "at" })).toMatch(/ISO 8601/);
    await expect(load({ question: "q", answer: "1" }, { from: "2024" })).rejects.toThrow(/"date" must name the field/);
  });
});
