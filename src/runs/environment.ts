import { taskFault } from "../code/judging.ts";
import type { Sandbox } from "../core/execution.ts";
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
      if (question.kind !== "code" || reference.tests === undefined) continue;
      const { language, prefix, program } = reference.tests;
      const fault =
        sandbox === null ? `no runtime for ${language}` : await taskFault(sandbox, language, { prefix, program });
      if (fault !== null) faults.set(fault, (faults.get(fault) ?? 0) + 1);
    }
    for (const [fault, count] of faults)
      notes.push(`${name}: ${count} of ${problems.length} problems cannot be judged and end undecided: ${fault}.`);
  }
  return notes;
}
