import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Estimate, parseOptions, type Rewards, type Strategy } from "../core/strategy.ts";
import { familyOf } from "./strategy-families.ts";

export interface OptionRow {
  readonly name: string;
  readonly default: unknown;
  readonly description: string;
}

/** All that the catalogue says of a strategy. */
export interface StrategyPage {
  readonly name: string;
  readonly family: string;
  readonly summary: string;
  readonly paper: string | null;
  readonly rewards: Rewards;
  readonly options: readonly OptionRow[];
  /** How it works and where it departs from its paper, a paragraph each; empty for plug-ins. */
  readonly how: readonly string[];
  /** What it costs, in words; null where its file does not say. */
  readonly cost: string | null;
  /** At most, with the options' defaults. */
  readonly most: Estimate;
}

export function strategyPage(strategy: Strategy): StrategyPage {
  const { name, summary, paper, rewards, options } = strategy;
  return {
    name,
    family: familyOf(name),
    summary,
    paper: paper ?? null,
    rewards,
    options: optionRows(options),
    ...splitCost(docstringOf(name)),
    most: strategy.cost(parseOptions(strategy, {})),
  };
}

/** The options of a schema as rows: name, default, description (with the values to choose from). */
export function optionRows(schema: z.ZodType): OptionRow[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const properties = (json.properties ?? {}) as Record<
    string,
    { default?: unknown; description?: string; enum?: unknown[] }
  >;
  return Object.entries(properties).map(([name, property]) => {
    const values = property.enum?.map((value) => String(value)).join(", ");
    const words = [property.description, values === undefined ? undefined : `one of ${values}`];
    return {
      name,
      default: property.default ?? null,
      description: words.filter((part) => part !== undefined).join("; "),
    };
  });
}

/**
 * The comment above a built-in strategy, which is where its control flow, its cost and its departures from the paper are written down: one source for the reader
 * of the code and the reader of the catalogue. Compiled files keep it. Empty where there is no such file (plug-ins).
 */
function docstringOf(name: string): readonly string[] {
  const folder = join(import.meta.dirname, "../../strategies");
  const [file] = globSync([`*/${name}.ts`, `*/${name}.js`], { cwd: folder });
  if (file === undefined) return [];
  const source = readFileSync(join(folder, file), "utf8");
  const exported = name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const before = source.slice(0, source.search(new RegExp(`^export const ${exported}\\b`, "m")));
  const start = before.lastIndexOf("/**");
  if (start < 0 || !/\*\/\s*$/.test(before)) return [];
  return before
    .slice(start + 3, before.lastIndexOf("*/"))
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd())
    .join("\n")
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\{@link (\w+)\}/g, "$1").trim())
    .filter((paragraph) => paragraph !== "");
}

/** The words after "Cost:" of the paragraph that has them, up to where it speaks of departures. */
function splitCost(paragraphs: readonly string[]): Pick<StrategyPage, "how" | "cost"> {
  let cost: string | null = null;
  const how = paragraphs.map((paragraph) => {
    const [found, words] = /(?:^|(?<=\s))Cost:\s+([\s\S]*?)(?=\s+Departures?\b|$)/.exec(paragraph) ?? [];
    if (found === undefined || cost !== null) return paragraph;
    cost = oneLine(words ?? "");
    return paragraph.replace(found, "").trim();
  });
  return { how: how.filter((paragraph) => paragraph !== ""), cost };
}

/** A drawing keeps its lines; prose is one line. */
export const oneLine = (text: string): string => (text.includes("```") ? text : text.replaceAll(/\s*\n\s*/g, " "));

/** "at most 16 calls, 16 judged candidates or steps, 4 programs". */
export function mostInWords({ calls, scored, runs }: Estimate): string {
  const count = (n: number, one: string, many: string) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
  const parts = [
    count(calls, "call", "calls"),
    ...(scored === undefined || scored === 0 ? [] : [count(scored, "judgement", "judgements")]),
    ...(runs === undefined || runs === 0 ? [] : [count(runs, "program run", "program runs")]),
  ];
  return `at most ${parts.join(", ")} by default`;
}
