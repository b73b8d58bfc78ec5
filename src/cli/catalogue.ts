import { z } from "zod";
import type { Catalogue } from "../core/catalogue.ts";
import type { Strategy } from "../core/strategy.ts";

import { type Terminal, wrapText } from "./terminal.ts";

/** The options of a schema as rows: name, default, description. */
function optionRows(schema: z.ZodType): { name: string; default: unknown; description: string }[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return Object.entries((json.properties ?? {}) as Record<string, { default?: unknown; description?: string }>).map(
    ([name, property]) => ({ name, default: property.default ?? null, description: property.description ?? "" }),
  );
}

/** `ruminate strategies [--json]`: [{name, summary, paper, rewards, options}]. */
export function listStrategies(terminal: Terminal, catalogue: Catalogue, json: boolean): void {
  const all = catalogue.strategies.all;
  if (json) {
    terminal.out(`${JSON.stringify(all.map(describeStrategy), null, 2)}\n`);
    return;
  }
  const rows = all.map(({ name, summary, paper }) => [name, summary, paper?.split(",")[0] ?? ""]);
  terminal.out(
    `${leftTable([["strategy", "what it does", "paper"], ...rows])}\n\nruminate strategies show NAME tells its options.\n`,
  );
}

const describeStrategy = ({ name, summary, paper, rewards, options }: Strategy) => ({
  name,
  summary,
  paper: paper ?? null,
  rewards,
  options: optionRows(options),
});

/** `ruminate strategies show NAME`. @throws UnknownNameError. */
export function showStrategy(terminal: Terminal, catalogue: Catalogue, name: string, json: boolean): void {
  const strategy = catalogue.strategies.get(name);
  if (json) {
    terminal.out(`${JSON.stringify(describeStrategy(strategy), null, 2)}\n`);
    return;
  }
  const { rewards } = strategy;
  const options = optionRows(strategy.options).map((row) => [
    `  ${row.name}`,
    JSON.stringify(row.default),
    row.description,
  ]);
  const lines = [
    `${name}: ${strategy.summary}`,
    ...(strategy.paper === undefined ? [] : [`  ${strategy.paper}`]),
    "",
    leftTable([["  option", "default", "meaning"], ...options]),
    "",
    "  What a verifier changes",
    wrapText(`outcome: ${rewards.outcome}`, terminal.columns, "    "),
    wrapText(`process: ${rewards.process}`, terminal.columns, "    "),
    wrapText(`none: ${rewards.none}`, terminal.columns, "    "),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

/** `ruminate verifiers [--json]`: [{name, kinds, summary, paper, demonstrationOnly, options}]. */
export function listVerifiers(terminal: Terminal, catalogue: Catalogue, json: boolean): void {
  const all = catalogue.verifiers.all.map((verifier) => ({
    name: verifier.name,
    kinds: (["outcome", "process"] as const).filter((kind) => verifier[kind] !== undefined),
    summary: verifier.summary,
    paper: verifier.paper ?? null,
    demonstrationOnly: verifier.demonstrationOnly === true,
    options: optionRows(verifier.options),
  }));
  if (json) {
    terminal.out(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  const rows = all.map(({ name, kinds, summary, demonstrationOnly }) => [
    name,
    kinds.join(", "),
    demonstrationOnly && !summary.includes("demonstrations only") ? `${summary} (demonstrations only)` : summary,
  ]);
  terminal.out(`${leftTable([["verifier", "scores", "how"], ...rows])}\n`);
}

/** `ruminate datasets [--json]`: [{name, summary, licence, generated}]. */
export function listDatasets(terminal: Terminal, catalogue: Catalogue, json: boolean): void {
  const all = catalogue.datasets.all.map(({ name, summary, licence, generated }) => ({
    name,
    summary,
    licence: licence ?? null,
    generated: generated === true,
  }));
  if (json) {
    terminal.out(`${JSON.stringify(all, null, 2)}\n`);
    return;
  }
  terminal.out(
    `${leftTable([["dataset", "what it holds", "licence"], ...all.map((d) => [d.name, d.summary, d.licence ?? ""])])}\n`,
  );
}

/** All columns to the left. */
function leftTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
