import { z } from "zod";
import type { TrainingForm } from "./form.ts";
import type { HeldOutOptions } from "./held-out.ts";
import type { RunIndex } from "./run-index.ts";
import type { WordingOptions } from "./wording.ts";

/** What stands beside every file: where its rows come from, what was left out, and what is not known. */
export interface Card {
  readonly form: string;
  readonly summary: string;
  readonly papers: string;
  readonly loads: string;
  readonly file: string;
  readonly rows: number;
  readonly problems: { readonly read: number; readonly withRows: number };
  /** Candidates, pairs or problems that gave no row, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly options: unknown;
  readonly wording: WordingOptions;
  readonly heldOut: HeldOutOptions;
  readonly pool: string;
  readonly arms: readonly string[];
  readonly runs: readonly CardRun[];
}

interface CardRun {
  readonly name: string;
  readonly experiment: string;
  readonly complete: boolean;
  readonly seeds: readonly number[];
  readonly versions: Readonly<Record<string, string>>;
  readonly policies: readonly { readonly id: string; readonly simulated: boolean; readonly licence: string }[];
  readonly datasets: readonly {
    readonly name: string;
    readonly problems: number;
    readonly fingerprint: string;
    readonly licence: string;
  }[];
}

/** Licences by the name of a dataset and the id of a policy; what is not known is said so. */
export interface Licences {
  readonly dataset: (name: string) => string | undefined;
  readonly policy: (id: string) => string | undefined;
}

export const runsOf = ({ runs }: RunIndex, licences: Licences): CardRun[] =>
  runs.map(({ name, summary }) => ({
    name,
    experiment: summary.name,
    complete: summary.complete,
    seeds: summary.seeds,
    versions: summary.versions,
    policies: summary.policies.map(({ id, simulated }) => ({
      id,
      simulated,
      licence: licences.policy(id) ?? "unknown",
    })),
    datasets: summary.datasets.map(({ name: dataset, problems, fingerprint }) => ({
      name: dataset,
      problems,
      fingerprint,
      licence: licences.dataset(dataset) ?? "unknown",
    })),
  }));

/** Names of a row's columns; of a form with several kinds of rows all of them. */
export function columnsOf(row: z.ZodType): string[] {
  if (row instanceof z.ZodObject) return Object.keys(row.shape);
  return row instanceof z.ZodUnion ? [...new Set(row.options.flatMap((one) => columnsOf(one as z.ZodType)))] : [];
}

/** The card for people. */
export function cardMarkdown(card: Card, { row }: Pick<TrainingForm<unknown, unknown>, "row">): string {
  const { heldOut, wording } = card;
  const list = (lines: readonly string[]) => lines.map((line) => `- ${line}`).join("\n");
  const code = (value: unknown) => `\`${JSON.stringify(value)}\``;
  const runs = card.runs.flatMap((run) => [
    `run \`${run.name}\` of the experiment ${run.experiment}${run.complete ? "" : ", **not complete**"}, seeds ${run.seeds.join(", ")}`,
    ...run.policies.map(
      ({ id, simulated, licence }) => `policy \`${id}\`${simulated ? " (**simulated**)" : ""}, licence: ${licence}`,
    ),
    ...run.datasets.map(
      ({ name, problems, fingerprint, licence }) =>
        `dataset ${name}, ${problems} problems, fingerprint \`${fingerprint}\`, licence: ${licence}`,
    ),
  ]);
  const left = Object.entries(card.leftOut).map(([reason, count]) => `| ${reason} | ${count} |`);
  const columns = columnsOf(row);
  return `# ${card.file}

${card.summary[0]?.toUpperCase()}${card.summary.slice(1)}: ${card.rows} rows of ${card.problems.withRows} problems (${card.problems.read} were read).

Form \`${card.form}\`, after ${card.papers}. Loaded by: ${card.loads}.

Columns: ${columns.map((name) => `\`${name}\``).join(", ")}.

## Where it comes from

${list(runs)}

A licence that is unknown is not a permission: look it up before the file is passed on.

## How it was made

${list([
  `options ${code(card.options)}`,
  `prompts and completions ${code(wording)}`,
  `pooled by ${card.pool}${card.arms.length === 0 ? "" : `, arms ${card.arms.join(", ")}`}`,
  `held out: ${code(heldOut)}`,
])}

## What was left out

${left.length === 0 ? "Nothing." : `| reason | count |\n| --- | --- |\n${left.join("\n")}`}
`;
}
