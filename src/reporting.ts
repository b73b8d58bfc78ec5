/** Reports of runs, comparisons between them, and the viewer: the entry ruminate/report. */

export { collectReport } from "./report/collect.ts";
export { type ComparedArm, compareRuns, type RunComparison } from "./report/compare-runs.ts";
export { writeReport } from "./report/write-report.ts";
export { startViewer } from "./viewer/server.ts";
