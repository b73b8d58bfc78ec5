import { join, relative, resolve } from "node:path";
import { z } from "zod";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { columnsOf, type Licences } from "../export/training/card.ts";
import { cardPath, exportTraining } from "../export/training/export.ts";
import { trainingForm, trainingForms } from "../export/training/forms/index.ts";
import { models } from "../policy/local/manifest.ts";
import { plainTable } from "../report/table.ts";
import { countOf } from "./counts.ts";
import type { Terminal } from "./terminal.ts";
import { parseAssignments } from "./verifier-flags.ts";

export interface TrainingFlags {
  /** Absent: a table is exported. True: the forms are listed. */
  readonly training?: string | true;
  readonly option?: readonly string[];
  readonly arm?: readonly string[];
  readonly pool?: string;
  readonly prompt?: string;
  readonly system?: string;
  readonly plain?: boolean;
  readonly excludeIds?: readonly string[];
  readonly heldOut?: readonly string[];
  readonly overlap?: string;
  readonly split?: string;
  readonly heldOutShare?: string;
  readonly seed?: string;
  readonly schema?: boolean;
  readonly json?: boolean;
  readonly out?: string;
}

/**
 * `ruminate experiment export RUN … --training FORM`: a training set with its cards; without a form the list of them,
 * with `--schema` the JSON Schema of a row.
 */
export function trainingCommand(
  terminal: Terminal,
  folders: readonly string[],
  flags: TrainingFlags,
  catalogue: Catalogue,
): number {
  if (flags.training === true || flags.training === undefined) {
    terminal.out(formList());
    return 0;
  }
  const form = trainingForm(flags.training);
  if (flags.schema === true) {
    terminal.out(`${JSON.stringify(z.toJSONSchema(form.row), null, 2)}\n`);
    return 0;
  }
  const [first] = folders;
  if (first === undefined) throw new InvalidOptionError("export", "needs the folder of a run.");
  const target = resolve(terminal.cwd, flags.out ?? join(first, "training", `${form.name}.jsonl`));
  const card = exportTraining({
    form,
    folders: folders.map((folder) => resolve(terminal.cwd, folder)),
    target,
    options: parseAssignments("--option", flags.option ?? []),
    arms: flags.arm,
    pool: oneOf("--pool", ["problem", "arm", "trial"] as const, flags.pool ?? "problem"),
    wording: {
      prompt: oneOf("--prompt", ["question", "asked"] as const, flags.prompt ?? "question"),
      system: flags.system,
      plain: flags.plain === true,
    },
    heldOut: {
      excludeIds: (flags.excludeIds ?? []).map((given) => atHome(terminal, given)),
      heldOut: (flags.heldOut ?? []).map((file) => resolve(terminal.cwd, file)),
      overlap: flags.overlap === "0" ? 0 : (countOf("--overlap", flags.overlap) ?? 13),
      split: oneOf("--split", ["all", "train", "held-out"] as const, flags.split ?? "all"),
      share: shareOf(flags.heldOutShare ?? "0.1"),
      seed: flags.seed ?? "1",
    },
    licences: licencesOf(catalogue),
    signal: terminal.signal,
  });
  if (flags.json === true) {
    terminal.out(`${JSON.stringify(card, null, 2)}\n`);
    return 0;
  }
  const shown = (path: string) => relative(terminal.cwd, path) || path;
  const left = Object.entries(card.leftOut).map(([reason, count]) => `  left out: ${count} ${reason}\n`);
  terminal.out(
    `${card.rows} rows of ${card.problems.withRows} problems: ${shown(target)}\n${left.join("")}Card: ${shown(cardPath(target, "md"))}, ${shown(cardPath(target, "json"))}\n`,
  );
  return 0;
}

/** Every form with what it is, its options with their defaults, and its columns. */
function formList(): string {
  const table = plainTable([["form", "rows"], ...trainingForms.map(({ name, summary }) => [name, summary])]);
  const each = trainingForms.map(({ name, papers, loads, options, row }) => {
    const shape = options instanceof z.ZodObject ? Object.entries(options.shape) : [];
    const lines = shape.map(([option, schema]) => {
      const { description } = schema as z.ZodType;
      const given = (schema as z.ZodType).safeParse(undefined);
      const standard = given.success && given.data !== undefined ? ` (default ${JSON.stringify(given.data)})` : "";
      return `  -o ${option}=…  ${description ?? ""}${standard}`;
    });
    return [`${name}: after ${papers}`, `  columns: ${columnsOf(row).join(", ")}`, `  for: ${loads}`, ...lines].join(
      "\n",
    );
  });
  return `${table}\n\n${each.join("\n\n")}\n`;
}

/** Licences that are on record: of datasets in the catalogue, of models that `models pull` knows. */
export const licencesOf = (catalogue: Catalogue): Licences => ({
  dataset: (name) => catalogue.datasets.all.find((one) => one.name === name)?.licence,
  policy: (id) => (id.startsWith("simulated/") ? "no model" : models.find(({ name }) => id.includes(name))?.licence),
});

/** A file of ids is looked for where the command was given. */
function atHome(terminal: Terminal, given: string): string {
  return /[/\\]|\.\w+$/.test(given) ? resolve(terminal.cwd, given) : given;
}

function shareOf(given: string): number {
  const share = Number(given);
  if (given.trim() !== "" && share > 0 && share < 1) return share;
  throw new InvalidOptionError("--held-out-share", `must be more than 0 and less than 1, got "${given}".`);
}

function oneOf<T extends string>(flag: string, known: readonly T[], given: string): T {
  const found = known.find((name) => name === given);
  if (found !== undefined) return found;
  throw new InvalidOptionError(flag, `must be one of ${known.join(", ")}, got "${given}".`);
}
