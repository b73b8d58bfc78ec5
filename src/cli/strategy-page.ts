import { z } from "zod";
import { type Estimate, type Family, parseOptions, type Rewards, type Strategy } from "../core/strategy.ts";

export interface OptionRow {
  readonly name: string;
  readonly default: unknown;
  readonly description: string;
}

/** All that the catalogue says of a strategy. */
export interface StrategyPage {
  readonly name: string;
  readonly family: Family;
  readonly summary: string;
  readonly paper: string | null;
  readonly rewards: Rewards;
  readonly options: readonly OptionRow[];
  /** How it works, a paragraph each. */
  readonly how: readonly string[];
  /** Where it departs from its paper and why. */
  readonly departures: readonly string[];
  /** What it costs, in words. */
  readonly cost: string;
  /** At most, with the options' defaults. */
  readonly most: Estimate;
}

export function strategyPage(strategy: Strategy): StrategyPage {
  const { name, family, summary, paper, how, departures, costNote, rewards, options } = strategy;
  return {
    name,
    family,
    summary,
    paper: paper ?? null,
    rewards,
    options: optionRows(options),
    how: how.split("\n\n"),
    departures,
    cost: costNote,
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

/** A drawing keeps its lines; prose is one line. */
export const oneLine = (text: string): string => (text.includes("```") ? text : text.replaceAll(/\s*\n\s*/g, " "));

/** "at most 16 calls (and 32 more where steps come blank or in blocks), 16 judgements, 4 program runs by default". */
export function mostInWords({ calls, again = 0, scored, runs }: Estimate): string {
  const count = (n: number, one: string, many: string) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
  const more = again === 0 ? "" : ` (and ${again.toLocaleString("en-US")} more where steps come blank or in blocks)`;
  const parts = [
    count(calls, "call", "calls") + more,
    ...(scored === undefined || scored === 0 ? [] : [count(scored, "judgement", "judgements")]),
    ...(runs === undefined || runs === 0 ? [] : [count(runs, "program run", "program runs")]),
  ];
  return `at most ${parts.join(", ")} by default`;
}
