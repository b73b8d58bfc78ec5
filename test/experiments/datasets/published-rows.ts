import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { datasets } from "../../../experiments/datasets/index.ts";
import type { Problem } from "../../../src/core/problem.ts";
import { gradeAnswers } from "../../../src/runs/grading.ts";

const folder = mkdtempSync(join(tmpdir(), "ruminate-rows-"));

/** A file of rows written for a test, in the form that its publisher uses. */
export function written(file: string, content: string | object): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  const lines = Array.isArray(content) && file.endsWith(".jsonl");
  const text = lines ? content.map((row) => JSON.stringify(row)).join("\n") : JSON.stringify(content);
  writeFileSync(path, typeof content === "string" ? content : text);
  return path;
}

/** What the dataset reads from a path. */
export async function problemsOf(name: string, path: string, options: object = {}): Promise<readonly Problem[]> {
  const dataset = datasets.find((one) => one.name === name);
  if (dataset === undefined) throw new Error(`no dataset ${name}`);
  return await dataset.load({ path }, dataset.options.parse(options));
}

/** How the grader judges the reference itself, or another answer, of problems that need no program to be run. */
export async function verdicts(problems: readonly Problem[], answer?: string): Promise<readonly string[]> {
  const graded = problems.map((one) => gradeAnswers([answer ?? one.reference.answer], 0, one, null));
  return (await Promise.all(graded)).map(({ verdict }) => verdict);
}
