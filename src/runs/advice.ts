import { InvalidOptionError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { totalTokens } from "../core/usage.ts";
import { type AdviceUnit, adviceFor, type BudgetAdvice } from "../statistics/compute/advice.ts";
import { mean } from "../statistics/numeric/arrays.ts";
import { eachCountedRecord, readSummary, type StoredSummary } from "./counted-records.ts";
import type { ArmSetup } from "./experiment-summary.ts";
import { clusterOf } from "./problem-index.ts";
import type { TrialRecord } from "./records/record.ts";

export interface AdviceRequest {
  /** Label of the arm whose first candidates are the probe; default: the first arm of self-consistency. */
  readonly probe?: string;
  /** Its candidates that a request is probed with. */
  readonly samples: number;
  /** Tokens a problem, on average; default: what each arm takes. */
  readonly budgets?: readonly number[];
  readonly bins: number;
  readonly folds: number;
}

export interface Advice {
  readonly probe: ArmSetup;
  readonly samples: number;
  readonly arms: readonly ArmSetup[];
  /** Arms of the run that could not be members of one route with the probe. */
  readonly leftOut: readonly string[];
  readonly problems: number;
  /** Trials without a verdict in one of the arms. */
  readonly incomplete: number;
  readonly advice: readonly BudgetAdvice[];
}

/** Budgets that are read off the arms get as much more, so that an arm keeps its own on every part of the problems. */
const slack = 1.02;

/**
 * The strategy for each difficulty and budget, from a run: the difficulty is what the first candidates of one arm show,
 * as the strategy `route` reads it when a request comes.
 *
 * @throws EnvironmentError for a folder without a run; InvalidOptionError where its arms give nothing to choose.
 */
export function adviseFromRun(folder: string, request: AdviceRequest): Advice {
  const summary = readSummary(folder);
  const probe = probeOf(summary, request.probe);
  const together = summary.setups.filter((setup) => setting(setup) === setting(probe));
  const arms = together.filter(({ strategy }) => strategy !== "route");
  if (arms.length < 2) {
    const why = "needs two arms or more with the model, verifiers, selection and budget of the probe's arm";
    throw new InvalidOptionError("advise", `${why} ("${probe.arm}").`);
  }
  const { units, incomplete } = unitsOf(folder, summary, { arms, probe, samples: request.samples });
  if (units.length < 2 * request.folds) {
    const all = `of which all arms have a verdict, got ${units.length}`;
    throw new InvalidOptionError("advise", `needs ${2 * request.folds} problems or more ${all}.`);
  }
  const takes = arms.map((_, arm) => mean(units.map((unit) => unit.arms[arm]?.alone ?? 0)) * slack);
  const budgets = request.budgets ?? [...new Set(takes.map(Math.ceil))].sort((a, b) => a - b);
  const { bins, folds } = request;
  return {
    probe,
    samples: request.samples,
    arms,
    leftOut: summary.setups.filter((setup) => !arms.includes(setup)).map(({ arm }) => arm),
    problems: new Set(units.map(({ cluster }) => cluster)).size,
    incomplete,
    advice: adviceFor(units, { budgets, bins, folds, random: new Random("advise") }),
  };
}

/** All that members of one route have in common. */
const setting = ({ policy, verifiers, select, stop, budget, roles, allocation }: ArmSetup): string =>
  JSON.stringify([policy, verifiers, select, stop, budget, roles ?? null, allocation ?? null]);

function probeOf({ setups }: StoredSummary, label: string | undefined): ArmSetup {
  const found = setups.find(({ arm, strategy }) =>
    label === undefined ? strategy === "self-consistency" : arm === label,
  );
  if (found !== undefined) return found;
  const known = setups.map(({ arm }) => arm).join(", ");
  if (label !== undefined) throw new InvalidOptionError("--probe-arm", `must be an arm of the run: ${known}.`);
  throw new InvalidOptionError(
    "--probe-arm",
    `must name the arm to probe with, as none is of self-consistency: ${known}.`,
  );
}

interface Reading {
  readonly arms: readonly ArmSetup[];
  readonly probe: ArmSetup;
  readonly samples: number;
}

function unitsOf(folder: string, summary: StoredSummary, { arms, probe, samples }: Reading) {
  const wanted = new Map(arms.map(({ arm }, place) => [arm, place]));
  const trials = new Map<string, (TrialRecord | undefined)[]>();
  eachCountedRecord(folder, summary, (record) => {
    const place = wanted.get(record.arm);
    if (place === undefined) return;
    const key = JSON.stringify([record.dataset, record.problem, record.seed]);
    const row = trials.get(key) ?? [];
    row[place] = record;
    trials.set(key, row);
  });
  const probePlace = wanted.get(probe.arm) ?? 0;
  const rows = [...trials.values()].filter((row) => arms.every((_, place) => isDecided(row[place])));
  const whole = rows as TrialRecord[][];
  const shares = arms.map((_, place) => sharesSamples(whole, place, probePlace, samples));
  const units = whole.map((row): AdviceUnit => {
    const probed = probedBy(row[probePlace] as TrialRecord, samples);
    const [first] = row;
    return {
      cluster: clusterOf(first as TrialRecord),
      easiness: probed.easiness,
      arms: row.map((record, place) => {
        const alone = totalTokens(record.usage);
        const routed = shares[place] === true ? Math.max(alone, probed.tokens) : alone + probed.tokens;
        return { right: record.verdict === "correct" ? 1 : 0, alone, routed };
      }),
    };
  });
  return { units, incomplete: trials.size - rows.length };
}

const isDecided = (record: TrialRecord | undefined): boolean =>
  record !== undefined && record.verdict !== "error" && record.verdict !== "undecided";

/** What `route` would see of the first candidates: their mean score, else the share of the commonest answer. */
function probedBy({ candidates, picks, usage }: TrialRecord, samples: number) {
  const seen = candidates.slice(0, samples);
  const scores = seen.flatMap(({ score }) => score ?? []);
  const votes = new Map<number, number>();
  for (const { class: own } of seen) if (own >= 0) votes.set(own, (votes.get(own) ?? 0) + 1);
  const share = seen.length === 0 ? 0 : Math.max(0, ...votes.values()) / seen.length;
  const tokens = picks.find(([known]) => known >= samples)?.[2] ?? totalTokens(usage);
  return { easiness: scores.length > 0 ? mean(scores) : share, tokens };
}

/** Does an arm begin with the samples of the probe? It then pays for them once. */
function sharesSamples(rows: readonly TrialRecord[][], place: number, probe: number, samples: number): boolean {
  const shared = rows.filter((row) => {
    const [own, other] = [row[place]?.candidates ?? [], row[probe]?.candidates ?? []];
    const count = Math.min(samples, own.length, other.length);
    return own.slice(0, count).every((one, i) => one.answer === other[i]?.answer && one.tokens === other[i]?.tokens);
  });
  return shared.length >= 0.95 * rows.length;
}

/** A model of a server that answers as advised, without its upstream. */
export function settingsOf({ probe, samples, arms }: Advice, { single, routing, routes }: BudgetAdvice) {
  const { verifiers, select, stop, budget } = probe;
  const shared = {
    ...(verifiers !== null && { verifiers }),
    ...(select !== null && { select }),
    ...(stop !== null && { stop }),
    ...(Object.keys(budget).length > 0 && { budget }),
  };
  const spec = (arm: number) => ({ name: arms[arm]?.strategy ?? "", options: arms[arm]?.options ?? {} });
  if (!routes || routing.bounds.length === 0) {
    const { name: strategy, options } = spec(single);
    return { strategy, options, ...shared };
  }
  const probing = { name: probe.strategy, options: { ...(probe.options as object), n: samples } };
  const options = { probe: probing, members: routing.arms.map(spec), bounds: routing.bounds };
  return { strategy: "route", options, ...shared };
}
