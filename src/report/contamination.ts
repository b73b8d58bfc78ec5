import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type Contamination, contaminationFile } from "../../experiments/datasets/contamination/index.ts";
import { readerOf } from "../runs/records/reading.ts";
import { formatP } from "../statistics/comparing/words.ts";
import { compact, percent, type Table } from "./table.ts";

const found = z.looseObject({ measured: z.number() }).nullable();
const findings = z.array(
  z.looseObject({
    ...{ source: z.string(), dataset: z.string(), model: z.string().nullable(), corpus: z.array(z.string()) },
    overlap: z.looseObject({ corpusWords: z.number(), runLength: z.number(), measured: z.number() }).nullable(),
    guided: found,
    guessing: z.looseObject({}).nullable(),
  }),
);
const readFindings = readerOf<readonly Contamination[]>(findings, "Remove it or run the check again.", "JSON");

/** What was found out about a run's datasets; empty where nobody looked. @throws InvalidFileError */
export function readContamination(folder: string): readonly Contamination[] {
  const path = join(folder, contaminationFile);
  if (!existsSync(path)) return [];
  return readFindings(path, null, readFileSync(path, "utf8"));
}

/** Keeps findings with a run, in place of earlier ones of the same set and model. */
export function keepContamination(folder: string, found: Contamination): void {
  const others = readContamination(folder).filter(
    ({ source, model }) => source !== found.source || model !== found.model,
  );
  writeFileSync(join(folder, contaminationFile), `${JSON.stringify([...others, found], null, 2)}\n`);
}

export function contaminationTables(all: readonly Contamination[]): readonly Table[] {
  return [overlapTable(all), guidedTable(all), guessingTable(all)].filter((table) => table !== null);
}

const of = (count: number, all: number): string => `${count} (${percent(all === 0 ? null : count / all)} %)`;

function overlapTable(all: readonly Contamination[]): Table | null {
  const rows = all.flatMap(({ dataset, overlap, corpus }) =>
    overlap === null
      ? []
      : [
          [
            dataset,
            corpus.join(", "),
            overlap.corpusWords.toLocaleString("en-US"),
            String(overlap.runLength),
            String(overlap.measured),
            of(overlap.hit, overlap.measured),
            of(overlap.notClean, overlap.measured),
            of(overlap.dirty, overlap.measured),
          ],
        ],
  );
  if (rows.length === 0) return null;
  return {
    title: "Questions that a corpus holds",
    head: ["dataset", "corpus", "its words", "run of words", "questions", "with a run", "20 % in runs", "80 % in runs"],
    rows,
    words: [1],
    note: "A question with a run is contaminated by GPT-3's rule; 20 % and 80 % of its words in runs are Llama 2's bounds of clean and dirty. Texts that were paraphrased are not found.",
  };
}

function guidedTable(all: readonly Contamination[]): Table | null {
  const rows = all.flatMap(({ dataset, model, guided }) =>
    guided === null
      ? []
      : [
          [
            dataset,
            model ?? "–",
            String(guided.measured),
            figure(guided.guided),
            figure(guided.general),
            guided.p === null ? "–" : formatP(guided.p).replace(/^p = ?/, ""),
            of(guided.exact, guided.measured),
            compact(guided.usage.tokens),
          ],
        ],
  );
  if (rows.length === 0) return null;
  return {
    title: "Questions that the model completes",
    head: ["dataset", "model", "questions", "guided ROUGE-L", "general ROUGE-L", "p", "word for word", "tokens"],
    rows,
    words: [1],
    note: "Guided: the model is given the dataset's name and split. A small p (the paper: at most 0.05) says that the name helps it to the rest of the questions, which speaks for having seen them; a large one says nothing. It is about the set, not about a question.",
  };
}

const slotWords = { option: "a wrong option", word: "a word" };

function guessingTable(all: readonly Contamination[]): Table | null {
  const rows = all.flatMap(({ dataset, model, guessing }) =>
    (guessing?.figures ?? []).map(({ slot, guessed, exact, rougeL }) => [
      dataset,
      model ?? "–",
      slotWords[slot],
      String(guessed),
      percent(exact),
      figure(rougeL),
    ]),
  );
  if (rows.length === 0) return null;
  return {
    title: "Hidden parts that the model names",
    head: ["dataset", "model", "hidden", "guesses", "exact %", "ROUGE-L F1"],
    rows,
    words: [1, 2],
    note: "Compare with a set that the model cannot have seen: what is common can be guessed.",
  };
}

const figure = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
