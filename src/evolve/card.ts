import { type OperationName, operations } from "./operations.ts";
import type { QuestionOutcome } from "./outcome.ts";
import { evolvedRow } from "./rows.ts";

/** What became of the questions of one operation. */
export interface Survival {
  readonly operation: OperationName;
  readonly made: number;
  readonly kept: number;
  readonly share: number;
  /** Those left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  readonly tokens: number;
}

/** What stands beside the files of an evolution. */
export interface EvolveCard {
  readonly name: string;
  readonly problems: number;
  readonly solutions: number;
  readonly survival: readonly Survival[];
  /** Solutions that are no row, by reason. */
  readonly solutionsLeftOut: Readonly<Record<string, number>>;
  readonly seeds: CardData & { readonly used: number; readonly passedOver: number };
  readonly against: readonly CardData[];
  readonly models: readonly CardModel[];
  readonly settings: unknown;
  /** Items that the budget left no room for. */
  readonly notBegun: number;
  readonly tokens: { readonly prompt: number; readonly completion: number };
  readonly samples: number;
}

export interface CardData {
  readonly dataset: string;
  readonly problems: number;
  readonly fingerprint: string;
  readonly licence: string;
}

export interface CardModel {
  readonly id: string;
  readonly part: string;
  readonly simulated: boolean;
  readonly licence: string;
}

/** Of the operations of which a question was made. */
export function survivalOf(outcomes: readonly QuestionOutcome[], order: readonly OperationName[]): Survival[] {
  const had = [...new Set(order)].filter((name) => outcomes.some(({ operation }) => operation === name));
  return had.map((operation) => {
    const own = outcomes.filter((one) => one.operation === operation);
    const kept = own.filter(({ answer }) => answer !== null).length;
    const leftOut: Record<string, number> = {};
    for (const { reason } of own) if (reason !== null) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    const tokens = own.reduce((sum, { spent }) => sum + spent.promptTokens + spent.completionTokens, 0);
    return { operation, made: own.length, kept, share: kept / own.length, leftOut, tokens };
  });
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

/** Reasons of all operations, most frequent first. */
export function reasonsOf(survival: readonly Survival[]): string[] {
  const counts = new Map<string, number>();
  for (const { leftOut } of survival)
    for (const [reason, count] of Object.entries(leftOut)) counts.set(reason, (counts.get(reason) ?? 0) + count);
  return [...counts].sort(([a, x], [b, y]) => y - x || a.localeCompare(b)).map(([reason]) => reason);
}

const table = (rows: readonly (readonly (string | number)[])[]): string => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => "---"), ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
};
const dataWords = ({ dataset, problems, fingerprint, licence }: CardData): string =>
  `${dataset}, ${problems} problems, fingerprint \`${fingerprint}\`, licence: ${licence}`;

/** The card for people. */
export function evolveMarkdown(card: EvolveCard): string {
  const { survival, seeds, against, models, notBegun, tokens } = card;
  const reasons = reasonsOf(survival);
  const ways = survival.map(
    ({ operation }) => `- \`${operation}\`: ${operations[operation].summary} (${operations[operation].paper})`,
  );
  const left = Object.entries(card.solutionsLeftOut).map(
    ([reason, count]) => `- ${count} solutions left out: ${reason}`,
  );
  const columns = Object.keys(evolvedRow.shape).map((name) => `\`${name}\``);
  return `# ${card.name}

${card.problems} questions made of ${seeds.used} problems, each with an answer that chains of thought agree on and programs confirm, and ${card.solutions} solutions of them.

- \`problems.jsonl\`: a dataset, \`dataset: {name: generic, path: problems.jsonl, options: {group: group, tagFields: [operation]}}\`
- \`sft.jsonl\`: a training set (TRL \`SFTTrainer\` as it is), columns ${columns.join(", ")}
- \`outcomes.jsonl\`: every question that was made, with its answers, and why it was left out

No person has looked at questions or answers.

## What survived

${table([
  ["operation", "made", "kept", "share", ...reasons],
  ...survival.map(({ operation, made, kept, share, leftOut }) => [
    ...[operation, made, kept, percent(share)],
    ...reasons.map((reason) => leftOut[reason] ?? 0),
  ]),
])}

${[...(notBegun > 0 ? [`- ${notBegun} not begun: the budget left no room`] : []), ...left].join("\n")}

## How they were made

${ways.join("\n")}

\`${JSON.stringify(card.settings)}\`

${card.samples} samples, ${tokens.prompt} prompt and ${tokens.completion} completion tokens.

## Where they come from

- made of ${dataWords(seeds)}; ${seeds.passedOver} passed over (programs, options, no reference)
${against.map((data) => `- none is of ${dataWords(data)}\n`).join("")}${models
  .map(
    ({ id, part, simulated, licence }) =>
      `- ${part} \`${id}\`${simulated ? " (**simulated**)" : ""}, licence: ${licence}\n`,
  )
  .join("")}
A licence that is unknown is not a permission: look it up before the files are passed on.
`;
}
