import { readFileSync } from "node:fs";
import { InvalidFileError } from "../../core/errors.ts";
import type { Problem } from "../../core/problem.ts";
import type { LoadedDataset } from "../load-datasets.ts";
import type { RunFolder } from "../records/folder.ts";
import { Journal } from "../records/journal.ts";
import { readTrace, readTrial } from "../records/reading.ts";
import type { JudgedRecord, TraceRecord, TrialRecord } from "../records/record.ts";
import type { Judge, Judgement } from "./judge-pick.ts";
import type { JudgeSpec } from "./schema.ts";
import { playTrial } from "./tournament.ts";

interface Place {
  readonly offset: number;
  readonly length: number;
}

export interface JudgingSetup {
  readonly judge: Judge;
  readonly spec: JudgeSpec;
  readonly datasets: readonly LoadedDataset[];
  /** Judgements asked for at a time. */
  readonly parallel: number;
  readonly signal?: AbortSignal;
}

/**
 * Grades the picks of all stored trials by a judge. Its verdict stands in the record; what the reference (or a file of
 * labels) says stays beside it as the label. A trial that this judge, asked in this way, has judged is left as it is;
 * the others are judged from the stored texts. Other candidates than the pick keep what the reference said of them.
 */
export async function judgeTrials(folder: RunFolder, setup: JudgingSetup): Promise<void> {
  const problems = new Map(
    setup.datasets.map(({ name, problems: all }) => [name, new Map(all.map((one) => [one.question.id, one]))]),
  );
  // Of two lines of one trial the later is a judgement that was cut short before the file was put in order.
  const lines = new Map<string, Place>();
  const results = new Journal(folder.file("results.jsonl"), readTrial, ({ key }, offset, length) =>
    lines.set(key, { offset, length }),
  );
  const places = [...lines.values()];
  const texts = new Map<string, Place>();
  const traces = new Journal(folder.file("traces.jsonl"), readTrace, ({ key }, offset, length) =>
    texts.set(key, { offset, length }),
  );
  try {
    const pickText = (record: TrialRecord): string | null => {
      const place = texts.get(record.key);
      const picked = record.picks.at(-1)?.[1] ?? null;
      if (place === undefined || picked === null) return null;
      return (traces.read(place) as TraceRecord).candidates[picked]?.text ?? null;
    };
    const rivals = rivalsOf(setup.spec, results, places);
    const labels = labelsOf(setup.spec);
    const judgeOne = async (place: Place): Promise<TrialRecord> => {
      const record = results.read(place);
      const problem = problems.get(record.dataset)?.get(record.problem);
      if (record.judged?.version === setup.judge.version || problem === undefined) return record;
      const rival = rivals.get(trialOf(record));
      const texts = { own: pickText(record), rival: rival === undefined ? null : pickText(results.read(rival)) };
      return await judgedRecord(record, problem, texts, { ...setup, labels });
    };
    if (setup.spec.tournament !== undefined) {
      const groups = groupsOf(results, places);
      const played = async (group: readonly Place[]): Promise<TrialRecord[]> => {
        const records = group.map((place) => results.read(place));
        const problem = problems.get(records[0]?.dataset ?? "")?.get(records[0]?.problem ?? "");
        if (problem === undefined) return records;
        const picks = records.map((record) => ({ record, text: pickText(record) }));
        return await playTrial(picks, problem, setup);
      };
      results.rewrite(await rewritten(results, groups, played, setup.parallel));
      return;
    }
    const fresh: Place[] = [];
    for (let from = 0; from < places.length; from += setup.parallel) {
      const judged = await Promise.all(places.slice(from, from + setup.parallel).map(judgeOne));
      for (const record of judged) fresh.push(results.append(record));
    }
    results.rewrite(fresh);
  } finally {
    results.close();
    traces.close();
  }
}

/** Places of the trials of all arms on one problem and seed. */
function groupsOf(results: Journal<TrialRecord>, places: readonly Place[]): Place[][] {
  const groups = new Map<string, Place[]>();
  for (const place of places) {
    const trial = trialOf(results.read(place));
    groups.set(trial, [...(groups.get(trial) ?? []), place]);
  }
  return [...groups.values()];
}

/** Where what is made of each group stands, in the order of the file before. */
async function rewritten(
  results: Journal<TrialRecord>,
  groups: readonly (readonly Place[])[],
  made: (group: readonly Place[]) => Promise<TrialRecord[]>,
  parallel: number,
): Promise<Place[]> {
  const fresh: { readonly before: number; readonly place: Place }[] = [];
  for (let from = 0; from < groups.length; from += parallel) {
    const some = groups.slice(from, from + parallel);
    const records = await Promise.all(some.map(made));
    for (const [g, group] of some.entries())
      for (const [i, { offset }] of group.entries())
        fresh.push({ before: offset, place: results.append(records[g]?.[i] as TrialRecord) });
  }
  return fresh.sort((a, b) => a.before - b.before).map(({ place }) => place);
}

const trialOf = ({ dataset, problem, seed }: TrialRecord): string => JSON.stringify([dataset, problem, seed]);

/** The trials of the baseline arm, where the judge compares with one. */
function rivalsOf({ against }: JudgeSpec, results: Journal<TrialRecord>, places: readonly Place[]): Map<string, Place> {
  if (against === undefined) return new Map();
  return new Map(
    places.flatMap((place) => {
      const record = results.read(place);
      return record.arm === against ? [[trialOf(record), place] as const] : [];
    }),
  );
}

type Labels = ReadonlyMap<string, boolean> | null;
const labelKey = (problem: string, answer: string | null): string => JSON.stringify([problem, answer]);

/** A file of labels: JSON lines {"problem", "answer", "correct"}. @throws InvalidFileError. */
function labelsOf({ labels }: JudgeSpec): Labels {
  if (labels === undefined) return null;
  const lines = readFileSync(labels, "utf8").split("\n");
  return new Map(
    lines.flatMap((line, i) => {
      if (line.trim() === "") return [];
      const { problem, answer, correct } = JSON.parse(line) as Readonly<Record<string, unknown>>;
      if (typeof problem !== "string" || typeof answer !== "string" || typeof correct !== "boolean")
        throw new InvalidFileError(
          labels,
          i + 1,
          'must be {"problem": text, "answer": text, "correct": true or false}.',
        );
      return [[labelKey(problem, answer), correct] as const];
    }),
  );
}

async function judgedRecord(
  record: TrialRecord,
  problem: Problem,
  texts: { readonly own: string | null; readonly rival: string | null },
  { judge, spec, labels, signal }: JudgingSetup & { readonly labels: Labels },
): Promise<TrialRecord> {
  if (record.verdict === "error" || texts.own === null) return record;
  const compares = spec.against !== undefined;
  if (compares && record.arm === spec.against)
    return undecided(record, "judge: the baseline that others are compared with");
  if (compares && texts.rival === null) return undecided(record, `judge: ${spec.against} has no answer here`);
  const said = await judge.ask(problem, texts.own, texts.rival, signal);
  const known =
    labels === null ? (record.label ?? record.verdict) : labels.get(labelKey(record.problem, record.answer));
  const label =
    typeof known === "boolean" ? known : known === undefined || known === "undecided" ? null : known === "correct";
  return graded(record, said, { label, spec, judge });
}

function graded(
  record: TrialRecord,
  { score, reason, firstError, codes, usage, spent }: Judgement,
  { label, spec, judge }: { readonly label: boolean | null; readonly spec: JudgeSpec; readonly judge: Judge },
): TrialRecord {
  const right = score === null ? null : spec.against === undefined ? score >= spec.threshold : score > spec.threshold;
  const verdict = right === null ? "undecided" : right ? "correct" : "incorrect";
  const judged: JudgedRecord = {
    ...{ judge: judge.name, model: judge.model, version: judge.version, score, reason, firstError, codes, label },
    ...{ usage, spent },
  };
  const picked = record.picks.at(-1)?.[1] ?? null;
  return {
    ...record,
    label: record.label ?? record.verdict,
    verdict,
    rule: `judge ${judge.name}: ${reason ?? "no reason"}`,
    candidates: record.candidates.map((candidate, i) =>
      i === picked
        ? { ...candidate, correct: right === true, undecided: right === null ? true : undefined }
        : candidate,
    ),
    judged,
  };
}

const undecided = (record: TrialRecord, rule: string): TrialRecord => ({
  ...record,
  label: record.label ?? record.verdict,
  verdict: "undecided",
  rule,
});
