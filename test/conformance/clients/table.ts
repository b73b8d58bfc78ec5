import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { clients } from "./clients.ts";
import { type Feature, features, type Outcome } from "./features.ts";
import { recordings } from "./serving.ts";

const page = join(import.meta.dirname, "../../../docs/serve.md");
const between = /(<!-- clients -->\n)[\s\S]*?(\n<!-- \/clients -->)/;

/** The table of clients and features, as the recordings have it. */
export function clientTable(): string {
  const recorded = clients.filter(({ name }) => existsSync(join(recordings, `${name}.json`)));
  const outcomes = recorded.map(({ name }) => {
    const { outcomes } = JSON.parse(readFileSync(join(recordings, `${name}.json`), "utf8")) as {
      readonly outcomes: readonly Outcome[];
    };
    return new Map(outcomes.map((outcome) => [outcome.feature, outcome]));
  });
  const notes: string[] = [];
  const cell = (outcome: Outcome | undefined) => {
    if (outcome === undefined) return "not tried";
    const sign = { works: "✓", absent: "–", refused: "refused", fails: "**fails**" }[outcome.outcome];
    if (outcome.words === undefined) return sign;
    if (!notes.includes(outcome.words)) notes.push(outcome.words);
    return `${sign} ${notes.indexOf(outcome.words) + 1}`;
  };
  const rows = (Object.keys(features) as Feature[]).map((feature) =>
    row([features[feature], ...outcomes.map((of) => cell(of.get(feature)))]),
  );
  const head = row(["", ...recorded.map(({ title }) => title)]);
  const said = notes.map((words, place) => `${place + 1} ${words}`).join("; ");
  return [head, row(["---", ...recorded.map(() => "---")]), ...rows, "", `${said}.`].join("\n");
}

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** Puts the table into its page. */
export function writeTable(): void {
  const text = readFileSync(page, "utf8");
  writeFileSync(
    page,
    text.replace(between, (_, before, after) => `${before}${clientTable()}${after}`),
  );
}

/** The table as it stands in its page. */
export const writtenTable = (): string | undefined =>
  between.exec(readFileSync(page, "utf8"))?.[0].split("\n").slice(1, -1).join("\n");
