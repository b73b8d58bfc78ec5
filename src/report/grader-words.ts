import type { ReportData } from "./data.ts";

/** The grader that decided, with options and code; nothing where the reference did by the built-in rules. */
export function graderWords({ gradedBy }: ReportData["run"]): string[] {
  if (gradedBy === undefined) return [];
  const { name, options, version, code } = gradedBy;
  const origin = code === undefined ? "" : `, of ${code.path}`;
  return [`${name} ${JSON.stringify(options)}, version ${version}${origin}`];
}
