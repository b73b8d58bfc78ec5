import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { RowFile } from "../export/training/row-file.ts";
import { type CardData, type CardModel, type EvolveCard, evolveMarkdown, survivalOf } from "./card.ts";
import type { Evolved } from "./evolve.ts";
import { isKept, problemRow, solutionRows } from "./rows.ts";
import type { EvolveSpec } from "./spec.ts";

export interface CardSources {
  readonly seeds: CardData;
  readonly against: readonly CardData[];
  readonly models: readonly CardModel[];
}

/** Writes the dataset, the training set and the card into the folder. */
export function writeEvolved(folder: string, evolved: Evolved, spec: EvolveSpec, sources: CardSources): EvolveCard {
  const { questions, outcomes, notBegun, passedOver } = evolved;
  const [problems, solutions] = [new RowFile(join(folder, "problems.jsonl")), new RowFile(join(folder, "sft.jsonl"))];
  const solutionsLeftOut: Record<string, number> = {};
  const leave = (reason: string) => {
    solutionsLeftOut[reason] = (solutionsLeftOut[reason] ?? 0) + 1;
  };
  for (const kept of questions.filter(isKept)) {
    problems.add(problemRow(kept));
    for (const row of solutionRows(kept, spec, leave)) solutions.add(row);
  }
  problems.finish();
  solutions.finish();
  const { policy: _, solvers: __, budget: ___, ...settings } = spec;
  const sum = (of: "calls" | "promptTokens" | "completionTokens") =>
    outcomes.reduce((total, { spent }) => total + spent[of], 0);
  const card: EvolveCard = {
    ...{ name: spec.name, problems: problems.rows, solutions: solutions.rows },
    ...{ survival: survivalOf(questions, spec.operations), solutionsLeftOut },
    seeds: { ...sources.seeds, used: sources.seeds.problems - passedOver, passedOver },
    ...{ against: sources.against, models: sources.models, settings, notBegun },
    tokens: { prompt: sum("promptTokens"), completion: sum("completionTokens") },
    samples: sum("calls"),
  };
  writeFileSync(join(folder, "card.json"), `${JSON.stringify(card, null, 2)}\n`);
  writeFileSync(join(folder, "card.md"), evolveMarkdown(card));
  return card;
}
