import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { EnvironmentError, InvalidFileError } from "../core/errors.ts";
import { compact, percent, plainTable, range } from "../report/table.ts";
import { readShadowRecords } from "../serve/shadow/record.ts";
import { type ShadowRow, shadowReport } from "../serve/shadow/report.ts";
import type { Terminal } from "./terminal.ts";

/** `ruminate shadow report FILE`: does thinking help? By day, with intervals. Exit code 0. */
export function shadowReportCommand(terminal: Terminal, given: string, json: boolean): number {
  const file = resolve(terminal.cwd, given);
  const rows = shadowReport(readShadowRecords(given, textOf(file, given)));
  if (json) {
    terminal.out(`${JSON.stringify(rows, null, 2)}\n`);
    return 0;
  }
  if (rows.length === 0) throw new InvalidFileError(given, null, "holds no request that was answered both ways yet.");
  const routes = Object.values(Object.groupBy(rows, titleOf));
  terminal.out(`${routes.map((route = []) => routeText(route)).join("\n")}`);
  return 0;
}

function textOf(file: string, given: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    const remedy = "Give the file that `ruminate serve --shadow-file` or `shadow.file` of its configuration names.";
    throw new EnvironmentError(`The file "${given}" cannot be read. ${remedy}`, { cause });
  }
}

const titleOf = ({ thought, plain, upstream }: ShadowRow): string => `${thought} against ${plain}, on ${upstream}`;

function routeText(rows: readonly ShadowRow[]): string {
  const [first] = rows;
  if (first === undefined) return "";
  const table = plainTable([
    ["day", "requests", "changed %", "95 % interval", "better", "worse", "gain", "95 % interval", "tokens", "× plain"],
    ...rows.map(cellsOf),
  ]);
  return `${titleOf(first)}\n\n${table}\n\n${remarks(rows.at(-1) ?? first).join("\n")}\n`;
}

const signed = (value: number): string => `${value < 0 ? "−" : "+"}${percent(Math.abs(value))}`;

function cellsOf({ day, requests, changed, gain, tokens }: ShadowRow): string[] {
  return [
    day ?? "all days",
    compact(requests),
    percent(changed?.share),
    range(changed?.interval ?? null),
    gain === null ? "–" : String(gain.better),
    gain === null ? "–" : String(gain.worse),
    gain === null ? "–" : signed(gain.mean),
    gain?.interval == null ? "–" : `${signed(gain.interval.low)} – ${signed(gain.interval.high)}`,
    compact(tokens.thought),
    tokens.plain === 0 ? "–" : compact(tokens.thought / tokens.plain),
  ];
}

/** What the figures do not say. */
function remarks({ gain, failed, spent, changed, requests }: ShadowRow): string[] {
  const readable = changed?.of ?? 0;
  return [
    ...(gain === null
      ? ["No check was named, so nothing says which answer was the better one: see `check` in docs/serve.md."]
      : [`Gain: points of the check's score that thinking adds to a request, over ${compact(gain.of)} requests.`]),
    ...(gain !== null && gain.undecided > 0
      ? [`The check could not decide about ${gain.undecided} more; they are left out of the gain.`]
      : []),
    ...(readable < requests - failed
      ? [`Of ${requests - failed - readable} no answer could be read; they are left out of "changed".`]
      : []),
    ...(failed > 0 ? [`The second answer failed ${failed} times; those are left out.`] : []),
    `Comparing took ${compact(spent.tokens)} tokens${spent.dollars > 0 ? ` and $${compact(spent.dollars)}` : ""}.`,
  ];
}
