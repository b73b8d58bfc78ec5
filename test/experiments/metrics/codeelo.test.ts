import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { codeelo, codeeloPercentile } from "../../../experiments/metrics/codeelo.ts";
import type { CandidateRow, TrialRow } from "../../../src/core/metric.ts";
import { computeMetric } from "../../../src/statistics/metric.ts";
import {
  contestResult,
  expectedPlace,
  percentileAmong,
  placeAmong,
  ratingOfPlace,
} from "../../../src/statistics/ranking/contest-rating.ts";

const folder = mkdtempSync(join(tmpdir(), "codeelo-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Numbers in (0, 1), as the script drew them that ran the authors' code (Park and Miller 1988). */
function uniform(seed: number): () => number {
  let x = seed;
  return () => {
    x = (x * 16807) % 2147483647;
    return x / 2147483647;
  };
}

const indices = [..."ABCDEF"];

function drawn(seed: number, icpc: boolean) {
  const u = uniform(seed);
  const participants = Array.from({ length: 300 }, () => ({
    rating: Math.floor(600 + 2400 * u() * u()),
    points: icpc ? Math.floor(u() * 6) : 250 * Math.floor(u() * 24),
    penalty: icpc ? Math.floor(u() * 30) * 10 : 0,
  }));
  const problems = indices.map((index, i) => ({ index, points: icpc ? undefined : 500 * (i + 1) }));
  const failures = new Map<string, number>();
  for (const index of indices) {
    const failed = Math.floor(u() * 8);
    if (u() < 0.6) failures.set(index, failed);
  }
  return { participants, problems, failures };
}

/** What QwenLM/CodeElo's calc_elo_rating gave of the same forty contests. */
const recorded = [
  2897, 1302, 2899, 1266, 2922, 862, 2996, 1353, 1858, 1275, 2932, 1206, 825, 1325, 2038, 1605, 1020, 1276, 1211, 1197,
  2932, 1563, 2667, 2168, 2912, 1575, 1446, 1470, 2986, 1325, 1801, 1298, 2541, 1010, 2952, 1046, 555, 1287, 1484, 1278,
];

const candidate = (correct: boolean | null): CandidateRow => ({ answerClass: "x", correct, score: null, tokens: 1 });

const trial = (contest: string, index: string, marks: readonly (boolean | null)[], seed = 1): TrialRow => ({
  ...{ problem: contest + index, tags: [`contest:${contest}`, `index:${index}`], strategy: "s", seed, picks: [] },
  ...{ verdict: marks.at(-1) === true ? ("correct" as const) : ("incorrect" as const), tokens: 1, calls: 1 },
  candidates: marks.map(candidate),
});

function fileOf(name: string, contests: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, contests.map((contest) => JSON.stringify(contest)).join("\n"));
  return path;
}

const run = (rows: readonly TrialRow[], options: object) =>
  computeMetric(codeelo, rows, codeelo.options.parse(options), 1);

describe("the rating of a contest", () => {
  it("is what the authors' code gives, of contests with points and without", () => {
    const ratings = recorded.map((_, i) => {
      const { participants, problems, failures } = drawn((i + 1) * 7919, i % 2 === 1);
      const place = placeAmong(contestResult(problems, failures), participants);
      return ratingOfPlace(
        place,
        participants.map(({ rating }) => rating),
      );
    });
    expect(ratings).toEqual(recorded);
  });

  it("inverts the expected place", () => {
    const others = Array.from({ length: 2_000 }, (_, i) => 800 + i);
    for (const rating of [700, 1_234, 1_800, 2_600])
      expect(ratingOfPlace(expectedPlace(rating, others), others)).toBe(rating);
  });

  it("is above as many ratings as are less", () => {
    expect([5, 10, 11, 30, 31].map((rating) => percentileAmong(rating, [10, 20, 20, 30]))).toEqual([
      0, 0, 0.25, 0.75, 1,
    ]);
  });
});

/** Contests in which whoever performs better solves more: performances scatter so that ratings tell who is ahead. */
function simulated(id: number, own: number) {
  const u = uniform(1 + 104_729 * id);
  const performs = (rating: number) => rating - (400 / Math.log(10)) * Math.log(-Math.log(u()));
  const [mine, ...others] = [own, ...Array.from({ length: 400 }, () => 800 + 1_800 * u())].map((rating) => ({
    rating,
    performance: performs(rating),
  }));
  const solvedBy = (performance: number) => indices.filter((_, i) => performance > 400 + 500 * i).length;
  const participants = others.map(({ rating, performance }) => ({
    rating,
    points: solvedBy(performance),
    penalty: performance > (mine?.performance ?? 0) ? 0 : 1_000,
  }));
  const solved = solvedBy(mine?.performance ?? 0);
  const contest = { id, problems: indices.map((index) => ({ index })), participants };
  return { contest, rows: indices.map((index, i) => trial(String(id), index, [i < solved])) };
}

describe("codeelo", () => {
  it("gives a participant who was held out that participant's rating", () => {
    const played = Array.from({ length: 60 }, (_, i) => simulated(i + 1, 1_700));
    const standings = fileOf(
      "many.jsonl",
      played.map(({ contest }) => contest),
    );
    const { value, interval, units } = run(
      played.flatMap(({ rows }) => rows),
      { standings, place: "codeforces" },
    );
    expect(units).toHaveLength(60);
    expect(interval?.low).toBeLessThan(1_700);
    expect(interval?.high).toBeGreaterThan(1_700);
    expect(Math.abs((value ?? 0) - 1_700)).toBeLessThan(60);
  });

  const participants = Array.from({ length: 300 }, (_, i) => ({ rating: 900 + 4 * i, points: 10 * i, penalty: 0 }));
  const problems = [
    { index: "A", points: 500 },
    { index: "B", points: 1_000 },
  ];
  const standings = fileOf("one.jsonl", [{ id: 7, problems, participants }]);

  it("charges failed submissions, counts the first k alone, and leaves out what could not be judged", () => {
    const notes = (marks: readonly (boolean | null)[], options: object = {}) =>
      run([trial("7", "A", marks), trial("7", "B", [true])], { standings, ...options }).parts?.[0]?.note;
    expect(notes([true])).toBe("place 151 of 301, 1,500 points");
    expect(notes([false, null, false, true])).toBe("place 161 of 301, 1,400 points");
    expect(notes([false, false, true], { submissions: 2 })).toBe("place 201 of 301, 1,000 points");
    expect(notes([false, true], { submit: "pick" })).toBe("place 151 of 301, 1,500 points");
  });

  it("says what is missing, and rates nothing by half", () => {
    const half = run([trial("7", "A", [true])], { standings });
    expect([half.value, half.note]).toEqual([null, "7: lacks a verdict on B"]);
    expect(run([], { standings }).note).toBe("needs problems with the tags contest:ID and index:A");
    expect(run([trial("8", "A", [true])], { standings }).note).toMatch(/have none of the contests/);
    expect(run([trial("7", "A", [true])], { standings, participants: 500 }).note).toMatch(/300 participants/);
    expect(() => codeelo.check?.(codeelo.options.parse({ standings: join(folder, "none") }))).toThrow(/cannot be read/);
    const broken = fileOf("broken.jsonl", [{ id: 7, problems: [], participants }]);
    expect(() => codeelo.check?.(codeelo.options.parse({ standings: broken }))).toThrow(/broken.jsonl:1: .*problems/);
  });

  it("reads what Codeforces replies, and places the rating among people", () => {
    const rows = participants.map(({ points, penalty }, i) => ({
      ...{ points, penalty, party: { members: [{ handle: `h${i}` }] } },
    }));
    const reply = {
      standings: { status: "OK", result: { contest: { id: 7, name: "Round" }, problems, rows } },
      ratingChanges: {
        status: "OK",
        result: participants.map(({ rating }, i) => ({ handle: `h${i}`, oldRating: rating })),
      },
    };
    const people = join(folder, "people.json");
    writeFileSync(people, JSON.stringify(participants.map(({ rating }) => rating)));
    const trials = [trial("7", "A", [true]), trial("7", "B", [true])];
    const options = { standings: fileOf("replies.jsonl", [reply]), humans: people };
    expect(run(trials, options).value).toBe(run(trials, { standings }).value);
    expect(run(trials, options).note).toMatch(/^above \d+\.\d % of 300 people$/);
    const share = computeMetric(codeeloPercentile, trials, codeeloPercentile.options.parse(options), 1).value;
    expect(share).toBeCloseTo(0.5, 1);
  });
});
