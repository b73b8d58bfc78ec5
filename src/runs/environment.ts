import { checkOf } from "../code/checks/of-reference.ts";
import { checkLacks } from "../code/checks/run-check.ts";
import { taskFault } from "../code/judging.ts";
import type { Check } from "../core/check.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Reference } from "../core/problem.ts";
import { missingCompiler } from "../sandbox/compiled.ts";
import type { LoadedDataset } from "./load-datasets.ts";

/**
 * What this machine lacks to judge the tasks of an experiment, a sentence a dataset and reason, with the remedy. It is
 * found out before the first call is paid for. Cost: the proof of each language that tasks are in.
 */
export async function environmentNotes(datasets: readonly LoadedDataset[], sandbox: Sandbox | null): Promise<string[]> {
  const notes: string[] = [];
  for (const { name, problems } of datasets) {
    const faults = new Map<string, number>();
    for (const { question, reference } of problems) {
      const check = checkOf(reference);
      if (check === null && (question.kind !== "code" || reference.tests === undefined)) continue;
      const fault = check === null ? await testsFault(reference, sandbox) : await checkFault(check, sandbox);
      if (fault !== null) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
    for (const [fault, count] of faults)
      notes.push(`${name}: ${count} of ${problems.length} problems cannot be judged and end undecided: ${fault}.`);
  }
  return notes;
}

async function testsFault({ tests }: Reference, sandbox: Sandbox | null): Promise<string | null> {
  if (tests === undefined) return null;
  const { language, prefix, parts = [] } = tests;
  const program = [tests.program, ...parts.map((part) => ("program" in part ? part.program : ""))].join("\n");
  return sandbox === null ? `no runtime for ${language}` : await taskFault(sandbox, language, { prefix, program });
}

/** A check lacks a program, or the sandbox that runs commands. */
async function checkFault(check: Check, sandbox: Sandbox | null): Promise<string | null> {
  if (sandbox === null) return `no runtime for the check ${check.name}`;
  return checkLacks(check) ?? missingCompiler("shell");
}
