import { z } from "zod";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidFileError } from "../core/errors.ts";
import { type Family, families } from "../core/strategy.ts";
import { mostInWords, oneLine, type StrategyPage, strategyPage } from "./strategy-page.ts";

const share = z.number().min(0).max(1);

/** What was measured of strategies on the default model: `docs/measured.json`. */
export const measuredSchema = z.strictObject({
  model: z.string().describe("the default model by name"),
  results: z.array(
    z.strictObject({
      strategy: z.string(),
      options: z.string().optional().describe("what differs from the defaults, as a reader would write it"),
      dataset: z.string(),
      n: z.int().min(1).describe("problems"),
      accuracy: share,
      interval: z.tuple([share, share]).describe("95 %"),
      tokens: z.number().min(0).describe("mean a problem, prompt and completion, verifiers included"),
      command: z.string().describe("what measured it"),
    }),
  ),
});

export type Measured = z.infer<typeof measuredSchema>;

/** @throws InvalidFileError for a file that is not JSON or does not fit. */
export function parseMeasured(path: string, text: string): Measured {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw new InvalidFileError(path, null, "is not JSON.", { cause: error });
  }
  const parsed = measuredSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidFileError(path, null, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is invalid"}`);
}

/**
 * docs/strategies.md: every built-in strategy on a page of its own, grouped by family, in the order of the catalogue.
 */
export function strategyCatalogue(catalogue: Catalogue, measured: Measured): string {
  const pages = catalogue.strategies.all.map(strategyPage);
  const groups = families
    .map((name) => ({ title: familyTitles[name], pages: pages.filter(({ family }) => family === name) }))
    .filter((group) => group.pages.length > 0);
  const index = groups.map(
    ({ title, pages }) => `- **${title}**: ${pages.map(({ name }) => `[${name}](#${name})`).join(", ")}`,
  );
  const sections = groups.map(({ title, pages }) =>
    [`## ${title}`, ...pages.map((page) => pageMarkdown(page, measured))].join("\n\n"),
  );
  return [
    "# Strategies",
    "<!-- Written by `node src/cli/main.ts strategies page --write`: edit the strategies' own files, or docs/measured.json. -->",
    `The ${pages.length} built-in strategies. \`ruminate strategies show NAME\` prints the same of one of them, and of those that plug-ins add. What was measured was measured on the default model, ${measured.model}.`,
    index.join("\n"),
    ...sections,
  ]
    .join("\n\n")
    .concat("\n");
}

/** Families as a reader names them, in the order of the catalogue. */
export const familyTitles: Readonly<Record<Family, string>> = {
  sampling: "Sampling and voting",
  combining: "Combining strategies",
  search: "Searching over steps",
  correction: "Self-correction",
  prompting: "Grounding and prompting",
  programs: "Programs and tools",
  code: "Writing code",
};

function pageMarkdown(page: StrategyPage, { results }: Measured): string {
  const { name, summary, paper, how, departures, cost, most, rewards, options } = page;
  const own = results.filter(({ strategy }) => strategy === name);
  return [
    `### ${name}`,
    `${capital(summary)}.${paper === null ? "" : ` *${paper}*`}`,
    ...how.map(oneLine),
    ...(departures.length === 0 ? [] : [`**Departures.** ${departures.join(" ")}`]),
    `**Cost.** ${capital(cost.replace(/\.?$/, "."))} ${capital(mostInWords(most))}.`,
    `**Rewards.** Outcome: ${rewards.outcome}. Process: ${rewards.process}. None: ${rewards.none}.`,
    optionTable(options),
    own.length === 0 ? "**Measured.** Not measured yet." : own.map(measuredLine).join("\n\n"),
  ].join("\n\n");
}

/** A letter that stands alone is a variable and stays as it is. */
const capital = (text: string): string => (/^\w\W/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1));
const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function optionTable(options: StrategyPage["options"]): string {
  if (options.length === 0) return "No options.";
  const rows = options.map(
    ({ name, default: value, description }) =>
      `| \`${name}\` | \`${cell(JSON.stringify(value))}\` | ${cell(description)} |`,
  );
  return ["| option | default | meaning |", "|---|---|---|", ...rows].join("\n");
}

function measuredLine({
  options,
  dataset,
  n,
  accuracy,
  interval,
  tokens,
  command,
}: Measured["results"][number]): string {
  const percent = (value: number) => (100 * value).toFixed(1);
  const [low, high] = interval;
  const how = options === undefined ? "" : ` with ${options}`;
  return `**Measured**${how} on ${n} problems of ${dataset}: ${percent(accuracy)} % right (95 %: ${percent(low)} to ${percent(high)} %), ${Math.round(tokens).toLocaleString("en-US")} tokens a problem. \`${command}\``;
}
