import type { Catalogue } from "../core/catalogue.ts";
import type { GraderDefinition } from "../core/grader.ts";
import { leftTable } from "./catalogue.ts";
import { optionRows } from "./strategy-page.ts";
import type { Terminal } from "./terminal.ts";

const kindOf = ({ judge }: GraderDefinition): string => (judge === undefined ? "function" : "judge");

const describeGrader = (grader: GraderDefinition) => ({
  name: grader.name,
  kind: kindOf(grader),
  summary: grader.summary,
  paper: grader.paper ?? null,
  options: optionRows(grader.options),
});

/** `ruminate graders [--json]`: [{name, kind, summary, paper, options}]. */
export function listGraders(terminal: Terminal, { graders }: Catalogue, json: boolean): void {
  if (json) {
    terminal.out(`${JSON.stringify(graders.all.map(describeGrader), null, 2)}\n`);
    return;
  }
  const rows = graders.all.map((grader) => [grader.name, kindOf(grader), grader.summary]);
  terminal.out(
    `${leftTable([["grader", "is a", "what decides"], ...rows])}\n\n` +
      "Name one in an experiment (`grade: {name: NAME}`), or grade a finished run again by it:\n" +
      "`ruminate report RUN --regrade --grader NAME`. `--plugin FILE` brings your own.\n",
  );
}

/** `ruminate graders show NAME`. @throws UnknownNameError. */
export function showGrader(terminal: Terminal, { graders }: Catalogue, name: string, json: boolean): void {
  const grader = graders.get(name);
  if (json) {
    terminal.out(`${JSON.stringify(describeGrader(grader), null, 2)}\n`);
    return;
  }
  const options = optionRows(grader.options).map((row) => [
    `  ${row.name}`,
    JSON.stringify(row.default) ?? "–",
    row.description,
  ]);
  const lines = [
    `${grader.name}: ${grader.summary} (a ${kindOf(grader)})`,
    ...(grader.paper === undefined ? [] : [`  ${grader.paper}`]),
    "",
    ...(options.length === 0 ? ["  no options"] : [leftTable([["  option", "default", "meaning"], ...options])]),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}
