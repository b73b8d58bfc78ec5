import { inflateSync } from "node:zlib";
import { z } from "zod";
import type { TestPart } from "../../src/core/problem.ts";
import type { InputExample } from "../../src/core/question.ts";
import { isWithin, timestampOf } from "./dates.ts";
import { type Draft, defineFileDataset } from "./file-dataset.ts";
import { codeDraft, demandOf } from "./reading/code-task.ts";
import { isRecord, type Row } from "./reading/row.ts";
import { selectionShape } from "./selection.ts";

const livecodebenchOptions = z.strictObject({
  ...selectionShape,
  from: z.string().optional().describe("only problems of contests of this date or later (after a model's data ends)"),
  until: z.string().optional().describe("only problems of contests before this date"),
});

interface Case extends InputExample {
  readonly functional: boolean;
}

/**
 * LiveCodeBench (Jain et al. 2024, arXiv:2403.07974): problems of contests with their dates. Those with starter code
 * are called (a line of input is an argument, as JSON), the others read standard input. Public tests are shown and the
 * part `shown`; private ones, also as published in compressed form, the part `base`.
 */
export const livecodebench = defineFileDataset({
  name: "livecodebench",
  summary: "Contest problems by date, with standard input or a method to write",
  licence: "CC BY 4.0 (collection); problems by their contests",
  citation: "Jain et al. 2024, LiveCodeBench: Holistic and Contamination Free Evaluation, arXiv:2403.07974",
  grading: "lines of output, or values of a method, in the sandbox",
  upstream: "livecodebench/code_generation_lite, test*.jsonl (form only)",
  files: ["test.jsonl", "test2.jsonl", "test3.jsonl", "test4.jsonl", "test5.jsonl", "test6.jsonl"],
  everyFile: true,
  options: livecodebenchOptions,
  read: (row, range) => (isWithin(timestampOf(row, "contest_date"), range) ? contestDraft(row) : null),
});

const difficulties: Readonly<Record<string, number>> = { easy: 0, medium: 0.5, hard: 1 };

function contestDraft(row: Row): Draft {
  const [shown, hidden] = [casesIn(row, "public_test_cases"), casesIn(row, "private_test_cases")];
  const all = [...shown, ...hidden];
  if (all.length === 0) throw row.wrong("private_test_cases", "must hold a test", row.fields.private_test_cases);
  const starter = row.optionalText("starter_code") ?? "";
  const level = row.optionalText("difficulty");
  const shared = {
    id: `livecodebench-${row.text("question_id")}`,
    language: "python",
    answer: row.optionalText("solution") ?? "",
    tags: [`platform:${row.text("platform")}`, `month:${row.text("contest_date").slice(0, 7)}`],
    difficulty: difficulties[level ?? ""],
  };
  const named = [
    { name: "shown", cases: shown },
    { name: "base", cases: hidden },
  ].filter(({ cases }) => cases.length > 0);
  const content = row.text("question_content");
  if (!all.some(({ functional }) => functional)) {
    const parts = named.map(({ name, cases }) => ({
      name,
      cases: cases.map(({ input, output }) => ({ input, output })),
    }));
    const examples = shown.map(({ input, output }) => ({ input, output }));
    return codeDraft({ ...shared, text: `${content}\n\n${demandOf.program}`, form: "program", examples, parts });
  }
  const method = methodName(row);
  const call = (one: Case): string => callOf(row, method, starter, one);
  const parts: readonly TestPart[] = named.map(({ name, cases }) => ({
    name,
    program: `${equalSource}${cases.map(call).join("\n")}\n`,
  }));
  const target = /\bclass\s+Solution\b/.test(starter) ? "Solution" : method;
  return codeDraft({
    ...shared,
    text: `${content}\n\nComplete this program:\n\`\`\`python\n${starter.trimEnd()}\n\`\`\``,
    form: target === "Solution" ? "class" : "function",
    entryPoint: target,
    prefix: "from typing import *\n",
    visibleTests: shown.map((one) => `${equalSource}${call(one)}`),
    parts,
  });
}

/** Tuples are as good as lists, as the publisher's checker has it. */
const equalSource =
  "def plain(value):\n    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value\n";

function callOf(row: Row, method: string, starter: string, { input, output }: Case): string {
  const call = /\bclass\s+Solution\b/.test(starter) ? `Solution().${method}` : method;
  const given = input.split("\n").filter((line) => line.trim() !== "");
  return `assert plain(${call}(${given.map((line) => literal(row, line)).join(", ")})) == ${literal(row, output)}`;
}

/** A JSON text as a Python literal. */
function literal(row: Row, text: string): string {
  try {
    return pythonOf(JSON.parse(text));
  } catch (cause) {
    throw row.wrong("private_test_cases", `must hold arguments as JSON (${String(cause)})`, text);
  }
}

function pythonOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonOf).join(", ")}]`;
  if (isRecord(value)) {
    const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonOf(item)}`);
    return `{${entries.join(", ")}}`;
  }
  return value === null ? "None" : value === true ? "True" : value === false ? "False" : JSON.stringify(value);
}

function methodName(row: Row): string {
  const metadata = row.fields.metadata;
  const read: unknown = typeof metadata === "string" ? JSON.parse(metadata) : metadata;
  const name = isRecord(read) ? read.func_name : undefined;
  if (typeof name !== "string") throw row.wrong("metadata", 'must name the method as "func_name"', metadata);
  return name;
}

/** A list of cases: as it is, as JSON, or as base 64 of a compressed pickle of JSON. */
function casesIn(row: Row, field: string): readonly Case[] {
  const value = row.fields[field];
  if (value === undefined || value === null || value === "") return [];
  const list: unknown = typeof value === "string" ? decoded(row, field, value) : value;
  if (!Array.isArray(list)) throw row.wrong(field, "must be a list of cases", value);
  return list.map((item: unknown, i) => {
    if (!isRecord(item) || typeof item.input !== "string" || typeof item.output !== "string")
      throw row.wrong(`${field}[${i}]`, "must have texts input and output", item);
    return { input: item.input, output: item.output, functional: item.testtype === "functional" };
  });
}

function decoded(row: Row, field: string, text: string): unknown {
  try {
    return JSON.parse(/^\s*\[/.test(text) ? text : pickledText(inflateSync(Buffer.from(text, "base64"))));
  } catch (cause) {
    throw row.wrong(field, `must be JSON, or base 64 of compressed JSON (${String(cause)})`, text);
  }
}

/** The only text in a pickle: BINUNICODE, SHORT_BINUNICODE or BINUNICODE8 with its length. */
function pickledText(bytes: Buffer): string {
  const start = bytes[0] === 0x80 ? 2 : 0;
  const at = bytes[start] === 0x95 ? start + 9 : start;
  const code = bytes[at];
  if (code === 0x58) return bytes.toString("utf8", at + 5, at + 5 + bytes.readUInt32LE(at + 1));
  if (code === 0x8c) return bytes.toString("utf8", at + 2, at + 2 + bytes.readUInt8(at + 1));
  if (code === 0x8d) return bytes.toString("utf8", at + 9, at + 9 + Number(bytes.readBigUInt64LE(at + 1)));
  throw new Error("the pickle holds no text");
}
