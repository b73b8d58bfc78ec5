import type { Check } from "../../core/check.ts";
import { junitFiles, junitScript } from "./junit.ts";
import { leanCheck } from "./lean.ts";
import { verilogCheck } from "./verilog.ts";

const plain = { timeoutSeconds: 20, memoryMiB: 512, needs: [] as readonly string[] };

/**
 * A model in CPLEX LP format, solved by GLPK: right where its optimal value is the reference (Mamo: Huang et al. 2024,
 * arXiv:2405.13144, who solve such files and compare the values).
 */
const lp: Check = {
  ...plain,
  name: "lp",
  needs: ["glpsol"],
  files: { "model.lp": "{answer}\n" },
  command: `glpsol --lp model.lp -o solution.txt >log.txt 2>&1
status=$?
if grep -qiE 'HAS NO (PRIMAL )?FEASIBLE SOLUTION|Status: *(INFEASIBLE|INTEGER EMPTY)' log.txt solution.txt 2>/dev/null; then echo infeasible; exit 0; fi
if grep -qiE 'UNBOUNDED' log.txt; then echo unbounded; exit 0; fi
if [ $status -ne 0 ] || ! grep -qE '^Status: *(INTEGER )?OPTIMAL' solution.txt; then grep -vE '^(GLPSOL|Parameter)' log.txt | head -n 5 >&2; exit 1; fi
sed -n 's/^Objective: .* = *\\([^ ]*\\).*/\\1/p' solution.txt`,
  verdict: { by: "value", relativeTolerance: 1e-4 },
};

/** A program that solves differential equations by SciPy and prints the value that is asked for last. */
const ode: Check = {
  ...plain,
  name: "ode",
  needs: ["scipy"],
  files: { "answer.py": "{prefix}{answer}\n" },
  command: "/usr/bin/python3 -I -B answer.py",
  verdict: { by: "value", relativeTolerance: 1e-3 },
};

/** A class and a class of tests in the manner of JUnit, on a JDK alone: the annotations and assertions are ours. */
const junit: Check = {
  ...plain,
  name: "junit",
  timeoutSeconds: 60,
  memoryMiB: 1024,
  needs: ["javac", "java"],
  files: { "Answer.java": "{prefix}{answer}\n", "Tests.java": "{tests}\n", ...junitFiles },
  command: junitScript,
  stdin: "{word}\n",
  verdict: { by: "pattern", right: "^{word} passed$", wrong: "^(?:{word} failed|compile error)" },
};

/** Where the answer could change or read the tests, they are taken out of the folder first, and run from memory. */
const takeTests = "hidden=$(cat tests.sh); rm -f tests.sh";
const runTests = `eval "unset hidden
$hidden"`;

/** A patch to a project: the row's files are the project, its tests a script that ends with 0 where all is well. */
const patch: Check = {
  ...plain,
  name: "patch",
  timeoutSeconds: 60,
  memoryMiB: 1024,
  needs: ["patch"],
  files: { "answer.patch": "{answer}\n", "tests.sh": "{tests}\n" },
  command: `${takeTests}
patch -p1 --batch --quiet <answer.patch >patch.log 2>&1 || { echo "the patch does not apply: $(head -n 1 patch.log)" >&2; exit 1; }
rm -f answer.patch patch.log
${runTests}`,
  verdict: { by: "exit", right: [0], wrong: [1] },
};

/** A script whose tests are another: they run it and end with 0 where it did well, with 1 where it did not. */
const shell: Check = {
  ...plain,
  name: "shell",
  files: { "answer.sh": "{prefix}{answer}\n", "tests.sh": "{tests}\n" },
  command: `${takeTests}\n${runTests}`,
  verdict: { by: "exit", right: [0], wrong: [1] },
};

const presets = { lean: leanCheck, verilog: verilogCheck, lp, ode, junit, patch, shell } as const;

export type PresetName = keyof typeof presets;
export const presetNames = Object.keys(presets) as [PresetName, ...PresetName[]];

/** @throws TypeError never: null where there is no such preset. */
export function presetNamed(name: string): Check | null {
  const known = presetNames.find((one) => one === name);
  return known === undefined ? null : presets[known];
}

/** Languages of tasks that a checker decides about where the task names none. */
const ofLanguages: Readonly<Record<string, PresetName>> = {
  lean4: "lean",
  verilog: "verilog",
  lp: "lp",
  diff: "patch",
  shell: "shell",
};

export const presetOfLanguage = (language: string): PresetName | null =>
  Object.hasOwn(ofLanguages, language) ? (ofLanguages[language] ?? null) : null;
