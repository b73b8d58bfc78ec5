import { readRows } from "./reading/read-rows.ts";
import type { Row } from "./reading/row.ts";

/** A problem with one right solution and several wrong ones, as lists of steps. */
export interface RewardMathGroup {
  readonly id: string;
  readonly question: string;
  readonly answer: string;
  readonly chosen: readonly string[];
  readonly rejected: readonly (readonly string[])[];
}

/** RewardMATH (Kim et al. 2024, arXiv:2410.01729): ten rows a problem, gathered by `problem_id` in the file's order. */
export async function loadRewardMath(path: string, signal?: AbortSignal): Promise<readonly RewardMathGroup[]> {
  const groups = Map.groupBy(await readRows(path, signal), (row) => row.text("problem_id"));
  return [...groups].map(([id, rows]) => {
    const of = (type: string) => rows.filter((row) => row.text("solution_type") === type);
    const [first, ...more] = of("chosen");
    if (first === undefined || more.length > 0) {
      throw (rows[0] as Row).wrong("solution_type", `must be "chosen" once for problem ${id}`, of("chosen").length);
    }
    return {
      id: `rewardmath-${id}`,
      question: first.common?.question ?? first.text("problem"),
      answer: first.common?.answer ?? first.text("answer"),
      chosen: first.texts("eval_solution"),
      rejected: of("rejected").map((row) => row.texts("eval_solution")),
    };
  });
}
