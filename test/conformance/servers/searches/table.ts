import { grade } from "../../../../src/answer/grade.ts";
import type { Problem } from "../../../../src/core/problem.ts";
import { shareInterval } from "../../../../src/statistics/intervals/share.ts";
import type { RefusalRow, SearchRow } from "./main.ts";
import type { TrajectoryShape } from "./shape.ts";

/** Steps of a trajectory may differ so far, on average, from the paragraphs of the same model's plain solutions. */
const STEPS_WITHIN = 0.1;

/**
 * A line a search, as Markdown, and what does not hold. The steps of a search are compared with the plain solutions of
 * the problems that it was run on. Gives the exit code.
 */
export function printTable(
  all: readonly (SearchRow | RefusalRow)[],
  problems: readonly Problem[],
  names: readonly string[],
  plain: string,
): number {
  const wrong: string[] = [];
  const rows = all.filter((row) => "search" in row).filter(({ error }) => error === undefined);
  const run = names.filter((name) => rows.some(({ search }) => search === name));
  const lines = run.map((name) => {
    const own = rows.filter(({ search }) => search === name);
    const ids = new Set(own.map(({ problem }) => problem));
    const bare = rows.filter(({ search, problem }) => search === plain && ids.has(problem));
    const found = figures(own, problems);
    const paragraphs = meanOf(own, bare);
    const [empty, glued, several, blankEnds] = [found.empty, found.glued, found.several, found.blankEnds];
    const far = name !== plain && Math.abs(found.steps / paragraphs - 1) > STEPS_WITHIN;
    if (empty + glued + several + blankEnds > 0 || far) wrong.push(name);
    const cells = [
      `\`${name}\``,
      own.length,
      found.finished,
      name === plain ? "–" : shown(found.steps),
      name === plain ? shown(paragraphs) : `${shown(found.own)} / ${shown(paragraphs)}`,
      empty,
      `${glued} / ${several}`,
      blankEnds,
      found.accuracy,
      found.tokens,
    ];
    return `| ${cells.join(" | ")} |`;
  });
  const head =
    "| search | problems | finished | steps | paragraphs (own / plain) | empty | glued / several | ended by a blank | right | tokens |";
  process.stdout.write(`${head}\n|${" --- |".repeat(10)}\n${lines.join("\n")}\n`);
  const failed = all.filter((row) => "search" in row && row.error !== undefined);
  const refused = all.filter((row) => "refused" in row);
  process.stdout.write(`\nRequests refused: ${refused.length}. Solves that failed: ${failed.length}.\n`);
  if (wrong.length > 0) process.stdout.write(`Does not hold: ${wrong.join(", ")}.\n`);
  return wrong.length + refused.length === 0 ? 0 : 1;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const shown = (value: number): string => (Number.isNaN(value) ? "–" : value.toFixed(2));
const finishedOf = (row: SearchRow): readonly TrajectoryShape[] => row.trajectories.filter(({ complete }) => complete);

function figures(own: readonly SearchRow[], problems: readonly Problem[]) {
  const finished = own.flatMap(finishedOf);
  const count = (of: (shape: TrajectoryShape) => number | boolean) =>
    finished.reduce((sum, shape) => sum + Number(of(shape)), 0);
  const verdicts = own.map((row) => Number(isRight(row, problems)));
  const right = verdicts.reduce((sum, verdict) => sum + verdict, 0);
  const each = own.map((_, i) => String(i));
  const { low, high } = shareInterval(verdicts, each) ?? { low: 0, high: 1 };
  const percent = (share: number) => (100 * share).toFixed(0);
  return {
    finished: finished.length,
    steps: mean(finished.map(({ steps }) => steps)),
    own: mean(finished.map(({ paragraphs }) => paragraphs)),
    empty: count(({ empty }) => empty) + own.reduce((sum, row) => sum + row.emptyNodes, 0),
    glued: count(({ glued }) => glued),
    several: count(({ several }) => several),
    blankEnds: count(({ blankEnd }) => blankEnd),
    accuracy: `${right}/${own.length} [${percent(low)}–${percent(high)} %]`,
    tokens: own.reduce((sum, row) => sum + row.tokens, 0),
  };
}

/** Mean paragraphs of plain solutions, each problem weighing as much as it does among the search's trajectories. */
function meanOf(own: readonly SearchRow[], bare: readonly SearchRow[]): number {
  const weighed = own.flatMap((row) => {
    const plain = bare.find(({ problem }) => problem === row.problem);
    const counts = plain === undefined ? [] : finishedOf(plain).map(({ paragraphs }) => paragraphs);
    return counts.length === 0 ? [] : finishedOf(row).map(() => mean(counts));
  });
  return mean(weighed);
}

function isRight({ problem, answer }: SearchRow, problems: readonly Problem[]): boolean {
  const known = problems.find(({ question }) => question.id === problem);
  return known !== undefined && grade(answer, known.reference, known.question).verdict === "correct";
}
