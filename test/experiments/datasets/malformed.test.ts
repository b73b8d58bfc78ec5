import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generic, genericOptions } from "../../../experiments/datasets/generic.ts";
import { parseCsv } from "../../../experiments/datasets/reading/csv.ts";
import { parseRows } from "../../../experiments/datasets/reading/read-rows.ts";
import { InvalidFileError } from "../../../src/core/errors.ts";
import { rowOf } from "../../../src/core/problem.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-generic-"));

async function load(file: string, content: string | Uint8Array, options: object = {}) {
  const path = join(folder, file);
  writeFileSync(path, content);
  return (await generic.load({ path }, genericOptions.parse(options))).map(rowOf);
}

async function failure(file: string, content: string | Uint8Array, options: object = {}): Promise<InvalidFileError> {
  const error = await load(file, content, options).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof InvalidFileError)) throw new Error(`expected InvalidFileError, got ${String(error)}`);
  expect(error.file).toBe(join(folder, file));
  return error;
}

const row = (fields: object) => JSON.stringify(fields);

describe("malformed files", () => {
  it("names the line of a record that is not JSON", async () => {
    const error = await failure("a.jsonl", `${row({ question: "q", answer: "1" })}\n\n{"question": "q",\n`);
    expect(error.line).toBe(3);
    expect(error.message).toMatch(/a\.jsonl:3: is not JSON: .+ Correct or remove the line\./);
  });

  it("refuses a line that is JSON but no object", async () => {
    expect((await failure("b.jsonl", "[1, 2]")).message).toMatch(/b\.jsonl:1: must hold one JSON object a line/);
  });

  it("names the missing field, what the record has instead, and a near name", async () => {
    const error = await failure("c.jsonl", row({ qestion: "q", answer: "1" }));
    expect(error.message).toMatch(
      /:1: field "question" is missing\. Did you mean "qestion"\? The record has: qestion, answer\./,
    );
  });

  it("names a field that holds the wrong kind of value", async () => {
    const error = await failure("d.jsonl", row({ question: "q", answer: { value: 1 } }));
    expect(error.message).toMatch(/field "answer" must be text or a number, got an object, \{"value":1\}\. Correct/);
  });

  it("refuses an empty question, an empty answer and a missing box", async () => {
    expect((await failure("e.jsonl", row({ question: " ", answer: "1" }))).message).toMatch(/question is empty/);
    expect((await failure("e.jsonl", row({ question: "q", answer: "" }))).message).toMatch(
      /"answer" must not be empty/,
    );
    const boxed = failure("e.jsonl", row({ question: "q", answer: "so 3" }), { answerFrom: "boxed" });
    expect((await boxed).message).toMatch(/must hold a \\boxed\{\} answer, got a string, "so 3"/);
  });

  it("refuses an id twice and says where it was first", async () => {
    const rows = ["a", "b", "a"].map((id) => row({ id, question: "q", answer: "1" })).join("\n");
    const error = await failure("f.jsonl", rows, { id: "id" });
    expect(error.line).toBe(3);
    expect(error.message).toMatch(/"id" must be unique, but "a" is already on line 1/);
  });

  it("counts records where a format has no lines", async () => {
    const error = await failure("g.json", row([{ question: "q", answer: "1" }, { question: "q" }]));
    expect(error.line).toBeNull();
    expect(error.message).toMatch(/record 2: field "answer" is missing/);
  });

  it("tells a table's uneven line, twice-named column and endless quote", async () => {
    expect((await failure("h.csv", "question,answer\nq,1\nq\n")).message).toMatch(
      /h\.csv:3: has 1 cells where the header has 2/,
    );
    expect((await failure("h.csv", "answer,answer\n1,2\n")).message).toMatch(/names the column "answer" twice/);
    expect((await failure("h.csv", 'question,answer\n"q,1\n')).message).toMatch(/:2: a quoted cell never ends/);
  });

  it("refuses an empty file, one that is no UTF-8, one that is not there, and an unknown format", async () => {
    expect((await failure("i.jsonl", "\n\n")).message).toMatch(/holds no records/);
    expect((await failure("i.jsonl", new Uint8Array([0x22, 0xff, 0xfe]))).message).toMatch(/is not UTF-8 text/);
    expect((await failure("i.jsonl.gz", "plain")).message).toMatch(/is not gzipped UTF-8/);
    await expect(generic.load({ path: join(folder, "none.jsonl") }, genericOptions.parse({}))).rejects.toThrow(
      /does not exist/,
    );
    expect((await failure("i.parquet", "x")).message).toMatch(/has no known format \(parquet\)/);
  });

  it("stops with the signal's reason", async () => {
    const path = join(folder, "j.jsonl");
    writeFileSync(path, row({ question: "q", answer: "1" }));
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(generic.load({ path, signal }, genericOptions.parse({}))).rejects.toThrow("enough");
  });
});

describe("any file by its field names", () => {
  it("maps fields, ids, groups, tags, difficulty and choices", async () => {
    const fields = { problem: "q", solution: "\\boxed{5}", key: "k1", seed: "s", level: 3, area: "sets" };
    const mapping = { question: "problem", answer: "solution", answerFrom: "boxed", solution: "solution", id: "key" };
    const more = {
      group: "seed",
      difficulty: "level",
      difficultyRange: [1, 5],
      tagFields: ["area"],
      relativeTolerance: 0.01,
    };
    expect(await load("k.jsonl", row(fields), { ...mapping, ...more })).toEqual([
      {
        id: "k1",
        text: "q",
        kind: "number",
        reference: { answer: "5", solution: "\\boxed{5}", relativeTolerance: 0.01 },
        group: "s",
        tags: ["area:sets"],
        difficulty: 0.5,
      },
    ]);
    const options = { choices: "choices", name: "mine" };
    const [byText] = await load("k.json", row([{ question: "q", choices: ["x", "y"], answer: "y" }]), options);
    expect(byText).toMatchObject({ id: "mine-0000", kind: "choice", reference: { answer: "B" } });
  });

  it("reads byte order marks, CRLF and separators inside a text", async () => {
    const text = "one\u2028two\u2029three\u0085four";
    const [problem] = await load("l.jsonl", `\ufeff${row({ question: text, answer: "1" })}\r\n\r\n`);
    expect(problem?.text).toBe(text);
  });

  it("keeps integers that are too long for a number", async () => {
    const [problem] = await load("m.jsonl", '{"question":"q","answer":12345678901234567891}');
    expect(problem?.reference.answer).toBe("12345678901234567891");
  });

  it("finds the records of a document under its usual keys", async () => {
    for (const key of ["examples", "data", "rows"]) {
      expect(await load("n.json", row({ [key]: [{ question: "q", answer: 1 }] }))).toHaveLength(1);
    }
    expect(await load("n.json", row({ rows: [{ row: { question: "q", answer: 1 } }] }))).toHaveLength(1);
    expect(await load("n.json", '{"question":"q","answer":1}\n{"question":"r","answer":2}\n')).toHaveLength(2);
  });

  it("rejects options that it does not know", () => {
    expect(genericOptions.safeParse({ asnwer: "x" }).success).toBe(false);
  });

  it("reads back every table that is quoted by the rules", () => {
    const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", " ", "é", "\u2028") });
    const table = fc
      .integer({ min: 2, max: 4 })
      .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width })));
    fc.assert(
      fc.property(table, (rows) => {
        const quoted = rows
          .map((cells) => cells.map((text) => `"${text.replaceAll('"', '""')}"`).join(","))
          .join("\r\n");
        expect(parseCsv(quoted, "t.csv").map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  it("gives every record of a JSON Lines text its line", () => {
    const rows = parseRows('{"a":1}\n\n{"a":2}', "t.jsonl", "jsonl");
    expect(rows.map(({ line, position, fields }) => [line, position, fields.a])).toEqual([
      [1, 0, 1],
      [3, 1, 2],
    ]);
  });
});
