import type { Sandbox } from "../../../src/core/execution.ts";
import type { Problem } from "../../../src/core/problem.ts";
import { problemOf } from "../../../src/core/problem.ts";
import { gradeAnswers } from "../../../src/runs/grading.ts";
import type { LackingCase } from "./cases.ts";

/** What is held against the machine's fault, or not against the answer's own, in words. */
export async function faultsOf(sandbox: Sandbox, cases: readonly LackingCase[]): Promise<readonly string[]> {
  const faults: string[] = [];
  for (const one of cases) {
    const { verdict, rule } = await gradeAnswers([one.answer], 0, problemFor(one), sandbox);
    const held = one.wrong ? verdict === "incorrect" : verdict === "undecided" && /^environment: .*: \S/.test(rule);
    if (!held) faults.push(`${one.name}: ${verdict}, ${rule}`);
  }
  return faults;
}

const problemFor = ({ name, prefix, program, reference }: LackingCase): Problem =>
  problemOf({
    id: name,
    text: "Give the answer.",
    kind: "code",
    code: { language: "python", entryPoint: "answer" },
    reference: { answer: reference, tests: { language: "python", prefix, program } },
  });
