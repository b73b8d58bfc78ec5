import { z } from "zod";
import type { Draft } from "../file-dataset.ts";
import { readRows } from "./read-rows.ts";
import type { Row } from "./row.ts";

/** An option of benchmarks that build on another. */
export const baseOption = {
  base: z
    .string()
    .optional()
    .describe("file of the benchmark that this one builds on, whose tests then are a part `base` with its own verdict"),
};

const entryPointOf = (row: Row): string =>
  row.common?.tests?.entryPoint ??
  row.optionalText("entry_point") ??
  [...(row.optionalText("code") ?? "").matchAll(/^def\s+(\w+)/gm)].at(-1)?.[1] ??
  "";

function testsOf(row: Row): string {
  if (row.common?.tests !== undefined) return row.common.tests.program;
  const test = row.optionalText("test");
  if (test === undefined) return `${row.texts("test_list").join("\n")}\n`;
  return /^def check\(/m.test(test) && !/^check\(/m.test(test) ? `${test}\ncheck(${entryPointOf(row)})\n` : test;
}

/** Rows with the base benchmark's tests of the function that `nameOf` gives, as the field `base_tests`. */
export async function withBaseTests(
  rows: readonly Row[],
  path: string | undefined,
  nameOf: (row: Row) => string | undefined,
  signal?: AbortSignal,
): Promise<readonly Row[]> {
  if (path === undefined) return rows;
  const byName = new Map((await readRows(path, signal)).map((row) => [entryPointOf(row), testsOf(row)]));
  return rows.map((row) => row.with({ base_tests: byName.get(nameOf(row) ?? "") ?? null }));
}

/** The draft with the base tests and its own as parts, where there are base tests. */
export function inParts(draft: Draft, row: Row): Draft {
  const base = row.optionalText("base_tests");
  const { tests } = draft.reference;
  if (base === undefined || tests === undefined) return draft;
  const parts = [
    { name: "base", program: base },
    { name: "plus", program: tests.program },
  ];
  return { ...draft, reference: { ...draft.reference, tests: { ...tests, parts } } };
}
