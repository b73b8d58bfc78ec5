import { resolve } from "node:path";
import { InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import { plainTable } from "../report/table.ts";
import { readSummary } from "../runs/counted-records.ts";
import { type DataPoint, lawAt, logLinearLaw } from "../statistics/sampling/log-linear.ts";
import { parseCount } from "./counts.ts";
import type { Terminal } from "./terminal.ts";

export interface DataLawFlags {
  readonly arm?: string;
  readonly at?: readonly string[];
  readonly json?: boolean;
}

/**
 * `ruminate data law 1000=runs/a 2000=0.48 …`: how accuracy grows with the rows that a model was trained on.
 * @throws InvalidOptionError for fewer than two amounts, UnknownNameError for an arm that a run lacks.
 */
export function dataLawCommand(terminal: Terminal, given: readonly string[], flags: DataLawFlags): number {
  const points = given.map((text) => pointOf(terminal, text, flags.arm));
  const law = logLinearLaw(points);
  const wanted = (flags.at ?? []).map((text) => parseCount("--at", text));
  const predicted = wanted.map((rows) => ({ rows, accuracy: lawAt(law, rows) }));
  if (flags.json === true) {
    terminal.out(`${JSON.stringify({ points, ...law, predicted }, null, 2)}\n`);
    return 0;
  }
  const share = (value: number): string => `${(100 * value).toFixed(1)} %`;
  const table = plainTable([
    ["rows", "accuracy", "by the law"],
    ...points.map(({ rows, accuracy }) => [String(rows), share(accuracy), share(lawAt(law, rows))]),
    ...predicted.map(({ rows, accuracy }) => [String(rows), "–", share(accuracy)]),
  ]);
  const points100 = (value: number): string => (100 * value).toFixed(2);
  const range =
    law.interval === null
      ? "two points leave no room for an interval"
      : `95 % interval ${law.interval.map(points100).join(" to ")}, R² ${law.r2 === null ? "–" : law.r2.toFixed(3)}`;
  terminal.out(`${table}\n\n${points100(law.perDoubling)} points with every doubling of the rows: ${range}\n`);
  return 0;
}

/** "1000=runs/a", "2k=0.48". */
function pointOf(terminal: Terminal, text: string, arm: string | undefined): DataPoint {
  const [, amount, value = ""] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (amount === undefined)
    throw new InvalidOptionError("data law", `needs points such as 1000=runs/a or 2k=0.48, got "${text}".`);
  const rows = parseCount("data law", amount);
  if (/^[\d.]+$/.test(value)) return { rows, accuracy: Number(value) };
  const { arms } = readSummary(resolve(terminal.cwd, value));
  const names = arms.map((one) => one.arm);
  const found = arms.find((one) => one.arm === (arm ?? names[0]));
  if (found === undefined) throw new UnknownNameError("arm", arm ?? "", names);
  if (arm === undefined && names.length > 1)
    throw new InvalidOptionError("--arm", `must name one of the arms of ${value}: ${names.join(", ")}.`);
  if (found.accuracy === null) throw new InvalidOptionError(value, "has no trial with a verdict.");
  return { rows, accuracy: found.accuracy };
}
