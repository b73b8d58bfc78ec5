/** Reports of runs, and comparisons between them: the entry ruminate/report. */

export { collectReport } from "./collect.ts";
export { type ComparedArm, compareRuns, type RunComparison } from "./compare-runs.ts";
export { writeReport } from "./write-report.ts";
