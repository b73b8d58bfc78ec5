import { z } from "zod";
import {
  type ArmsRows,
  defineArmsMetric,
  type MetricResult,
  type PartResult,
  type TrialRow,
} from "../../src/core/metric.ts";
import { overUnits } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";
import {
  contestResult,
  percentileAmong,
  placeAmong,
  ratingOfPlace,
} from "../../src/statistics/ranking/contest-rating.ts";
import { type Contest, readContests, readRatings } from "./kit/standings.ts";

const own = {
  standings: z.string().describe("file of contests with their participants, one a line"),
  submissions: z
    .int()
    .min(1)
    .default(8)
    .describe("candidates of a trial that are handed in, in order, until one is right"),
  submit: z
    .enum(["candidates", "pick"])
    .default("candidates")
    .describe("candidates: each is handed in until one is right; pick: the strategy's answer alone"),
  participants: z.int().min(1).default(201).describe("least participants of a contest that is rated"),
  place: z
    .enum(["authors", "codeforces"])
    .default("authors")
    .describe("authors: as CodeElo's code counts places, from 0; codeforces: from 1, as expected places are"),
};
type Own = z.output<z.ZodObject<typeof own>>;

/**
 * The rating that a model would have on Codeforces: its place in each contest, among those who took part, is the
 * expected place of one rating; the mean over contests. Problems carry the tags `contest:ID` and `index:A`. Several
 * seeds are several participations. A contest is rated where the run has all its problems, with a verdict.
 *
 * The authors count the participants that did at least as well, and find the rating whose expected place, counted from
 * 1, is that number; so does `place: authors`. It is one place too high, little in a large contest; `place: codeforces`
 * adds the one.
 */
export const codeelo = defineArmsMetric({
  name: "codeelo",
  summary: "rating as on Codeforces, from places among the participants of contests",
  paper: "Quan et al. 2025, arXiv:2501.01257",
  scale: "number",
  better: "higher",
  options: z.strictObject({
    ...own,
    humans: z.string().optional().describe("file of people's ratings, for the share of them that is below"),
  }),
  partsAre: "contest",
  check: ({ standings, humans }) => {
    readContests(standings);
    if (humans !== undefined) readRatings(humans);
  },
  across(arms, { humans, ...options }) {
    const people = humans === undefined ? null : readRatings(humans);
    return new Map(
      [...ratedArms(arms, options)].map(([arm, result]) => {
        if (people === null || result.value === null) return [arm, result];
        const above = (100 * percentileAmong(result.value, people)).toFixed(1);
        const note = [`above ${above} % of ${count(people.length)} people`, result.note].filter(Boolean).join("; ");
        return [arm, { ...result, note }];
      }),
    );
  },
});

/** The rating's percentile: the interval's ends are those of the rating. */
export const codeeloPercentile = defineArmsMetric({
  name: "codeelo-percentile",
  summary: "share of people whose rating is below that of codeelo",
  paper: "Quan et al. 2025, arXiv:2501.01257",
  scale: "share",
  better: "neither",
  options: z.strictObject({
    ...own,
    humans: z.string().describe("file of people's ratings: a JSON list, or one a line"),
  }),
  check: ({ standings, humans }) => {
    readContests(standings);
    readRatings(humans);
  },
  across(arms, { humans, ...options }) {
    const people = readRatings(humans);
    const shareOf = (rating: number) => percentileAmong(rating, people);
    return new Map(
      [...ratedArms(arms, options)].map(([arm, { value, interval, parts: _, units: __, ...rest }]) => [
        arm,
        {
          ...rest,
          units: [],
          value: value === null ? null : shareOf(value),
          interval: interval && { ...interval, low: shareOf(interval.low), high: shareOf(interval.high) },
        },
      ]),
    );
  },
});

function ratedArms(arms: ArmsRows, options: Own): Map<string, MetricResult> {
  const contests = readContests(options.standings);
  return new Map([...arms].map(([arm, rows]) => [arm, rated(rows, contests, options)]));
}

const count = (n: number): string => n.toLocaleString("en-US");
const taggedOf = ({ tags = [] }: TrialRow, key: string): string | undefined =>
  tags.find((tag) => tag.startsWith(`${key}:`))?.slice(key.length + 1);

function rated(rows: readonly TrialRow[], contests: readonly Contest[], options: Own): MetricResult {
  const tagged = rows.filter((row) => taggedOf(row, "contest") !== undefined && taggedOf(row, "index") !== undefined);
  const byContest = groupBy(tagged, (row) => taggedOf(row, "contest") ?? "");
  const asked = contests.filter(({ id }) => byContest.has(id));
  const entries = asked.map((contest) => ratingIn(contest, byContest.get(contest.id) ?? [], options));
  const units = entries.flatMap(({ id, rating }) =>
    rating === null ? [] : [{ unit: id, cluster: id, value: rating }],
  );
  const result = overUnits("number", units, rows.length - tagged.length, entries.length - units.length);
  const parts = entries.map(({ id, rating, note }): PartResult => ({ part: id, value: rating, interval: null, note }));
  if (units.length > 0) return { ...result, parts };
  if (tagged.length === 0) return { ...result, note: "needs problems with the tags contest:ID and index:A" };
  if (asked.length === 0) return { ...result, note: "the standings have none of the contests that were asked" };
  return { ...result, parts, note: entries.map(({ id, note }) => `${id}: ${note}`).join("; ") };
}

interface Entry {
  readonly id: string;
  /** Null where the contest is not rated; the note says why. */
  readonly rating: number | null;
  readonly note: string;
}

function ratingIn({ id, problems, participants }: Contest, rows: readonly TrialRow[], options: Own): Entry {
  const none = (note: string): Entry => ({ id, rating: null, note });
  if (participants.length < options.participants)
    return none(`has ${count(participants.length)} participants, fewer than ${count(options.participants)}`);
  const ratings = participants.map(({ rating }) => rating);
  const entries: { rating: number; place: number; points: number }[] = [];
  for (const trials of groupBy(rows, ({ seed }) => String(seed)).values()) {
    const byIndex = new Map(trials.map((row) => [taggedOf(row, "index") ?? "", row]));
    const open = problems.filter(({ index }) => !isJudged(byIndex.get(index)));
    if (open.length > 0) return none(`lacks a verdict on ${open.map(({ index }) => index).join(", ")}`);
    const failures = new Map(
      problems.flatMap(({ index }) => {
        const failed = failuresBefore(byIndex.get(index) as TrialRow, options);
        return failed === null ? [] : [[index, failed]];
      }),
    );
    const result = contestResult(problems, failures);
    const place = placeAmong(result, participants);
    const sought = options.place === "authors" ? place : place + 1;
    entries.push({ rating: ratingOfPlace(sought, ratings), place: place + 1, points: result.points });
  }
  const average = (key: keyof (typeof entries)[number]) => mean(entries.map((entry) => entry[key]));
  const words = `place ${rounded(average("place"))} of ${count(participants.length + 1)}`;
  return { id, rating: average("rating"), note: `${words}, ${rounded(average("points"))} points` };
}

const rounded = (value: number): string => count(Math.round(10 * value) / 10);

const isJudged = (row: TrialRow | undefined): boolean =>
  row !== undefined && row.verdict !== "error" && row.verdict !== "undecided";

/** Failed submissions before the right one; null without a right one. What could not be judged was not handed in. */
function failuresBefore({ candidates, verdict }: TrialRow, { submit, submissions }: Own): number | null {
  if (submit === "pick") return verdict === "correct" ? 0 : null;
  const judged = candidates.filter(({ correct }) => correct !== null).slice(0, submissions);
  const first = judged.findIndex(({ correct }) => correct === true);
  return first < 0 ? null : first;
}
