import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { UnknownNameError } from "../core/errors.ts";
import type { Strategy } from "../core/strategy.ts";
import type { PresetPage } from "../core/verifier.ts";
import { familyTitles, parseMeasured, strategyCatalogue } from "./strategy-catalogue.ts";
import { mostInWords, oneLine, optionRows, strategyPage } from "./strategy-page.ts";
import { type Terminal, wrapText } from "./terminal.ts";

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

const describeStrategy = (strategy: Strategy) => {
  const { how, ...page } = strategyPage(strategy);
  return { ...page, how: how.map(oneLine) };
};

/** `ruminate strategies show NAME`. @throws UnknownNameError. */
export function showStrategy(terminal: Terminal, catalogue: Catalogue, name: string, json: boolean): void {
  const strategy = catalogue.strategies.get(name);
  if (json) {
    terminal.out(`${JSON.stringify(describeStrategy(strategy), null, 2)}\n`);
    return;
  }
  const page = strategyPage(strategy);
  const { summary, paper, family, how, departures, cost, most, rewards } = page;
  const options = page.options.map((row) => [`  ${row.name}`, JSON.stringify(row.default), row.description]);
  const wrapped = (text: string, indent = "  ") =>
    text.includes("```") ? text : wrapText(text, terminal.columns, indent);
  const lines = [
    `${name}: ${summary}`,
    ...(paper === null ? [] : [`  ${paper}`]),
    `  ${familyTitles[family]}`,
    ...how.flatMap((paragraph) => ["", wrapped(oneLine(paragraph))]),
    "",
    ...(departures.length === 0 ? [] : [wrapped(`Departures: ${departures.join(" ")}`), ""]),
    wrapped(`Cost: ${cost} (${mostInWords(most)})`),
    "",
    ...(options.length === 0 ? ["  no options"] : [leftTable([["  option", "default", "meaning"], ...options])]),
    "",
    "  What a verifier changes",
    wrapped(`outcome: ${rewards.outcome}`, "    "),
    wrapped(`process: ${rewards.process}`, "    "),
    wrapped(`none: ${rewards.none}`, "    "),
  ];
  terminal.out(`${lines.join("\n")}\n`);
}

/**
 * `ruminate strategies page [--write]`: docs/strategies.md, printed or written beside the measured figures it holds.
 */
export function pageOfStrategies(terminal: Terminal, catalogue: Catalogue, folder: string, write: boolean): void {
  const measured = join(folder, "measured.json");
  const page = strategyCatalogue(catalogue, parseMeasured(measured, readFileSync(measured, "utf8")));
  if (write) writeFileSync(join(folder, "strategies.md"), page);
  else terminal.out(page);
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

/** `ruminate verifiers show NAME`: of a verifier, or of a preset by its name or a model's. @throws UnknownNameError. */
export function showVerifier(terminal: Terminal, catalogue: Catalogue, name: string, json: boolean): void {
  const presets = catalogue.verifiers.all.flatMap((verifier) => verifier.presets?.() ?? []);
  const isOf = ({ name: own, facts }: PresetPage) =>
    own === name || facts.some(([what, said]) => what === "models" && said.split(", ").includes(name));
  const preset = presets.find(isOf);
  if (preset !== undefined && !catalogue.verifiers.names.includes(name)) {
    const page = { ...preset, facts: Object.fromEntries(preset.facts) };
    if (json) terminal.out(`${JSON.stringify(page, null, 2)}\n`);
    else terminal.out(`${preset.name}\n${leftTable(preset.facts.map(([what, said]) => [`  ${what}`, said]))}\n`);
    return;
  }
  if (!catalogue.verifiers.names.includes(name) && presets.length > 0) {
    throw new UnknownNameError("verifier or preset", name, [
      ...catalogue.verifiers.names,
      ...presets.map((each) => each.name),
    ]);
  }
  const verifier = catalogue.verifiers.get(name);
  const options = optionRows(verifier.options);
  const own = verifier.presets?.() ?? [];
  const card = verifier.card?.() ?? [];
  if (json) {
    const page = { name, summary: verifier.summary, options, presets: own, card: Object.fromEntries(card) };
    terminal.out(`${JSON.stringify(page, null, 2)}\n`);
    return;
  }
  const rows = options.map((row) => [`  ${row.name}`, JSON.stringify(row.default), row.description]);
  const listed = own.map((each) => [
    `  ${each.name}`,
    each.checked,
    each.facts.find(([what]) => what === "models")?.[1] ?? "",
  ]);
  terminal.out(
    `${[
      `${name}: ${verifier.summary}`,
      ...(verifier.paper === undefined ? [] : [`  ${verifier.paper}`]),
      ...(rows.length === 0 ? [] : ["", leftTable([["  option", "default", "meaning"], ...rows])]),
      ...(card.length === 0 ? [] : ["", leftTable(card.map(([what, said]) => [`  ${what}`, said]))]),
      ...(listed.length === 0 ? [] : ["", leftTable([["  preset", "state", "models"], ...listed])]),
    ].join("\n")}\n`,
  );
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
export function leftTable(rows: readonly (readonly string[])[]): string {
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
