import type { IndexedProblem, IndexedTrial } from "./run-index.ts";

/** What a list of problems can be narrowed to. */
export const problemFilters = {
  all: "all problems",
  "picked-wrong": "picked wrong though a right one was there",
  undecided: "undecided or without a readable answer",
  budget: "ended by the budget or the time",
  disagree: "strategies disagree",
  wrong: "never right",
  error: "failed",
} as const;

export type ProblemFilter = keyof typeof problemFilters;

export interface ProblemQuery {
  readonly filter: ProblemFilter;
  /** Only this arm's trials are looked at; all where empty. */
  readonly arm: string;
  /** Part of a problem's name. */
  readonly search: string;
  readonly page: number;
}

export interface ProblemPage {
  readonly total: number;
  readonly page: number;
  readonly pages: number;
  readonly rows: readonly {
    readonly dataset: string;
    readonly problem: string;
    /** Right and judged trials of each arm, over seeds. */
    readonly cells: readonly {
      readonly arm: string;
      readonly right: number;
      readonly trials: number;
      readonly verdict: string;
    }[];
  }[];
}

const pageSize = 50;

const tests: Readonly<Record<ProblemFilter, (trials: readonly IndexedTrial[]) => boolean>> = {
  all: () => true,
  "picked-wrong": (trials) => trials.some(({ verdict, covered }) => covered && verdict !== "correct"),
  undecided: (trials) => trials.some(({ verdict }) => verdict === "undecided" || verdict === "unparsed"),
  budget: (trials) => trials.some(({ stopped }) => stopped === "budget" || stopped === "time"),
  disagree: (trials) => new Set(trials.map(({ verdict }) => verdict === "correct")).size > 1,
  wrong: (trials) => !trials.some(({ verdict }) => verdict === "correct"),
  error: (trials) => trials.some(({ verdict }) => verdict === "error"),
};

/** One page of the problems that fit, in the order of the results. */
export function listProblems(problems: readonly IndexedProblem[], query: ProblemQuery): ProblemPage {
  const wanted = query.search.trim().toLowerCase();
  const found = problems.filter(({ dataset, problem, trials }) => {
    const looked = query.arm === "" ? trials : trials.filter(({ arm }) => arm === query.arm);
    return (wanted === "" || `${dataset}/${problem}`.toLowerCase().includes(wanted)) && tests[query.filter](looked);
  });
  const pages = Math.max(1, Math.ceil(found.length / pageSize));
  const page = Math.min(Math.max(1, query.page), pages);
  return {
    total: found.length,
    page,
    pages,
    rows: found.slice((page - 1) * pageSize, page * pageSize).map(({ dataset, problem, trials }) => ({
      dataset,
      problem,
      cells: cellsOf(trials),
    })),
  };
}

function cellsOf(trials: readonly IndexedTrial[]) {
  const cells = new Map<string, { arm: string; right: number; trials: number; verdict: string }>();
  for (const { arm, verdict } of trials) {
    const cell = cells.get(arm) ?? { arm, right: 0, trials: 0, verdict };
    cell.trials++;
    if (verdict === "correct") cell.right++;
    cells.set(arm, cell);
  }
  return [...cells.values()];
}
