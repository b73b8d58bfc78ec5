import { z } from "zod";
import type { Conventions } from "../../src/core/conventions.ts";
import type { ProblemRow } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { perturb, perturbations } from "./perturbations/index.ts";

/** The conventions of grading; a default is what holds where nothing is given. */
const conventionsSchema = z.strictObject({
  relativeTolerance: z.number().min(0).max(1).optional().describe("of numbers; 0 by default"),
  decimals: z.enum(["precise", "rounded"]).optional().describe("rounded: 0.33 stands for 1/3"),
  units: z.enum(["optional", "required"]).optional().describe("required: 5 is not 5 cm"),
  percent: z.enum(["value", "ignored"]).optional().describe("ignored: 50% is also 50"),
  vectors: z.enum(["alike", "strict"]).optional().describe("strict: a column vector is no tuple"),
  angles: z.enum(["distinct", "convert"]).optional().describe("convert: 180° is π"),
  repeats: z.enum(["solutions", "once", "counted"]).optional().describe("how often a repeated member counts"),
});

/** Which problems of a dataset are used. The same options for every dataset; applied in the order of this list. */
export const selectionShape = {
  ids: z.array(z.string()).optional().describe("only problems with these ids"),
  tags: z.array(z.string()).optional().describe("only problems with at least one of these tags"),
  withoutTags: z.array(z.string()).optional().describe("no problem with one of these tags"),
  minDifficulty: z.number().min(0).max(1).optional().describe("only problems at least this hard (0 easy, 1 hard)"),
  maxDifficulty: z.number().min(0).max(1).optional().describe("only problems at most this hard"),
  sample: z.int().min(1).optional().describe("draw this many, by `seed`, keeping the file's order"),
  sampleBy: z.enum(["problem", "group"]).default("problem").describe("what `sample` counts; a group is drawn whole"),
  strata: z.int().min(1).default(1).describe("draw equally from this many difficulty bands of equal size"),
  seed: z.int().min(0).default(0).describe("of the draw"),
  offset: z.int().min(0).default(0).describe("pass over this many of what is left"),
  limit: z.int().min(1).optional().describe("use at most this many of what is left"),
  grading: conventionsSchema
    .optional()
    .describe("how answers are compared with the references, where not as by default"),
  perturb: z
    .array(z.enum(perturbations.map(({ name }) => name)))
    .default([])
    .describe("add variants under these changes"),
  originals: z.boolean().default(true).describe("keep the unchanged problems beside their variants"),
};

export const selectionSchema = z.strictObject(selectionShape);
export type Selection = z.output<typeof selectionSchema>;

/**
 * The chosen problems, in their given order: filters, then the seeded draw, then offset and limit, which count
 * originals; then each with its variants, if any are asked for. A problem without a difficulty fails a difficulty
 * filter.
 *
 * The draw ranks each problem by a random number keyed by (seed, id) alone, so a sample of 10 is part of the sample of
 * 20 with the same seed, and neither depends on what else the file holds.
 */
export function selectProblems(
  problems: readonly ProblemRow[],
  selection: Partial<Selection> = {},
): readonly ProblemRow[] {
  const kept = problems.filter((problem) => passes(problem, selection));
  const drawn = selection.sample === undefined ? kept : draw(kept, selection.sample, selection);
  const offset = selection.offset ?? 0;
  const range = drawn.slice(offset, selection.limit === undefined ? undefined : offset + selection.limit);
  const { grading } = selection;
  const chosen = grading === undefined ? range : range.map((problem) => gradedBy(problem, grading));
  const changes = (selection.perturb ?? []).flatMap((name) => perturbations.filter((one) => one.name === name));
  return changes.length === 0 ? chosen : perturb(chosen, changes, selection);
}

const gradedBy = (problem: ProblemRow, conventions: Partial<Conventions>): ProblemRow => ({
  ...problem,
  reference: { ...problem.reference, conventions },
});

function passes(
  problem: ProblemRow,
  { ids, tags, withoutTags, minDifficulty, maxDifficulty }: Partial<Selection>,
): boolean {
  const own = problem.tags ?? [];
  if (ids !== undefined && !ids.includes(problem.id)) return false;
  if (tags !== undefined && !tags.some((tag) => own.includes(tag))) return false;
  if (withoutTags?.some((tag) => own.includes(tag))) return false;
  if (minDifficulty !== undefined && !((problem.difficulty ?? -1) >= minDifficulty)) return false;
  return maxDifficulty === undefined || (problem.difficulty ?? 2) <= maxDifficulty;
}

function draw(problems: readonly ProblemRow[], count: number, selection: Partial<Selection>): readonly ProblemRow[] {
  const unit = selection.sampleBy === "group" ? groupOf : (problem: ProblemRow) => problem.id;
  const random = new Random(`sample/${selection.seed ?? 0}`);
  const bands = difficultyStrata(problems, selection.strata ?? 1);
  const chosen = new Set<string>();
  for (const [band, size] of shares(count, bands.length).entries()) {
    const units = [...new Set((bands[band] ?? []).map(unit))];
    const ranked = units.map((id) => ({ id, rank: random.fork(id).uniform() })).sort((a, b) => a.rank - b.rank);
    for (const { id } of ranked.slice(0, size)) chosen.add(id);
  }
  return problems.filter((problem) => chosen.has(unit(problem)));
}

/** `count` in `parts` whole shares that differ by at most one, the larger ones first. */
const shares = (count: number, parts: number): readonly number[] =>
  Array.from({ length: parts }, (_, index) => Math.floor(count / parts) + (index < count % parts ? 1 : 0));

/**
 * `count` bands of (nearly) equal size from easy to hard. Ties in difficulty keep the given order; problems without a
 * difficulty count as the easiest.
 */
export function difficultyStrata(problems: readonly ProblemRow[], count: number): readonly (readonly ProblemRow[])[] {
  const byDifficulty = [...problems].sort((a, b) => (a.difficulty ?? 0) - (b.difficulty ?? 0));
  let from = 0;
  return shares(problems.length, count).map((size) => {
    from += size;
    return byDifficulty.slice(from - size, from);
  });
}

/** The cluster a problem belongs to: its group, or itself alone. */
export const groupOf = (problem: ProblemRow): string => problem.group ?? problem.id;
