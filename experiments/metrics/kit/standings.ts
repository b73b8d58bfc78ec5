import { readFileSync } from "node:fs";
import { z } from "zod";
import { EnvironmentError, InvalidFileError } from "../../../src/core/errors.ts";
import { describeIssue } from "../../../src/core/strategy.ts";

const text = z.union([z.string(), z.number()]).transform(String);

const plain = z.object({
  id: text,
  name: z.string().optional(),
  problems: z.array(z.object({ index: z.string(), points: z.number().min(0).optional() })).min(1),
  participants: z
    .array(z.object({ rating: z.number(), points: z.number().default(0), penalty: z.number().default(0) }))
    .min(1),
});

export type Contest = z.output<typeof plain>;

/** What a reply's envelope holds. */
const unwrapped = (given: unknown): unknown =>
  typeof given === "object" && given !== null && "result" in given ? given.result : given;

/** The replies `contest.standings` and `contest.ratingChanges` of Codeforces, their envelopes left out or not. */
const ofCodeforces = z
  .object({
    standings: z.preprocess(
      unwrapped,
      z.object({
        contest: z.object({ id: text, name: z.string().optional() }),
        problems: plain.shape.problems,
        rows: z.array(
          z.object({
            party: z.object({ members: z.array(z.object({ handle: z.string() })).min(1) }),
            points: z.number(),
            penalty: z.number(),
          }),
        ),
      }),
    ),
    ratingChanges: z.preprocess(unwrapped, z.array(z.object({ handle: z.string(), oldRating: z.number() }))),
  })
  .transform(({ standings: { contest, problems, rows }, ratingChanges }): Contest => {
    const ratings = new Map(ratingChanges.map(({ handle, oldRating }) => [handle, oldRating]));
    const participants = rows.flatMap(({ party, points, penalty }) => {
      const rating = ratings.get(party.members[0]?.handle ?? "");
      return rating === undefined ? [] : [{ rating, points, penalty }];
    });
    return { ...contest, problems, participants };
  });

/**
 * Contests with their participants, one a line: `{id, problems: [{index, points}], participants: [{rating, points,
 * penalty}]}`, or `{standings, ratingChanges}` as Codeforces gives them.
 *
 * @throws EnvironmentError, InvalidFileError with line, field and remedy.
 */
export function readContests(path: string): Contest[] {
  const lines = contentOf(path).split("\n");
  const contests = lines.flatMap((line, i) => (line.trim() === "" ? [] : [contestOf(path, i + 1, line)]));
  if (contests.length === 0) throw new InvalidFileError(path, null, "holds no contest. Give one a line.");
  return contests;
}

function contestOf(path: string, line: number, content: string): Contest {
  const given = jsonOf(path, line, content);
  const schema = typeof given === "object" && given !== null && "standings" in given ? ofCodeforces : plain;
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const field = issue === undefined ? "" : `"${issue.path.map(String).join(".")}" ${describeIssue(issue, given)} `;
  throw new InvalidFileError(
    path,
    line,
    `is no contest: ${field}A contest is {"id", "problems": [{"index", "points"}], "participants": [{"rating", "points", "penalty"}]}.`,
  );
}

/** A list of ratings as JSON, or one a line; ascending. @throws EnvironmentError, InvalidFileError. */
export function readRatings(path: string): number[] {
  const content = contentOf(path).trim();
  const given = content.startsWith("[") ? jsonOf(path, null, content) : content.split(/\s+/).map(Number);
  const read = z.array(z.number()).min(1).safeParse(given);
  if (!read.success)
    throw new InvalidFileError(path, null, "holds no ratings. Give numbers, as a JSON list or one a line.");
  return read.data.sort((a, b) => a - b);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new EnvironmentError(`${path} cannot be read: ${(error as Error).message}.`, { cause: error });
  }
}

function jsonOf(path: string, line: number | null, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    throw new InvalidFileError(path, line, "is not JSON.", { cause: error });
  }
}
