import { existsSync } from "node:fs";
import { isAbsolute, join } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import type { CheckSpec } from "../core/check.ts";
import { InvalidOptionError } from "../core/errors.ts";
import { type Problem, problemOf, rowOf } from "../core/problem.ts";
import { parseOptions } from "../core/strategy.ts";
import { isGrader } from "./graders/schema.ts";
import { isJudge } from "./judging/schema.ts";
import type { DatasetSpec, Experiment } from "./schema.ts";

export interface LoadedDataset {
  readonly name: string;
  readonly problems: readonly Problem[];
}

/** Where datasets are found, and how much of them is read. */
export interface DatasetSetup {
  readonly catalogue: Catalogue;
  /** Instead of the dataset's own file. */
  readonly data?: string;
  /** Take this many problems of each dataset, the first ones. */
  readonly limit?: number;
  /** Of those, the ones that it lets through; a dataset may then be left with none. */
  readonly problems?: (dataset: string, problem: string) => boolean;
  readonly signal?: AbortSignal;
}

/** @throws UnknownNameError, InvalidOptionError; InvalidFileError for a file that cannot be read as the dataset. */
export async function loadDatasets(experiment: Experiment, setup: DatasetSetup): Promise<LoadedDataset[]> {
  const specs = (experiment.datasets ?? [experiment.dataset]) as Exclude<DatasetSpec, string>[];
  return await Promise.all(
    specs.map(async (spec) => {
      const definition = setup.catalogue.datasets.get(spec.name);
      const path = dataPathOf("path" in spec ? spec.path : undefined, setup.data);
      const source = { path, signal: setup.signal };
      const problems = await definition.load(source, parseOptions(definition, spec.options));
      if (problems.length === 0) {
        const given = `${path === undefined ? "" : ` of ${path}`} with options ${JSON.stringify(spec.options ?? {})}`;
        throw new InvalidOptionError(
          `dataset "${spec.name}"`,
          `must have a problem, ${given.trim()} it has none. Check offset, ids, tags and difficulty.`,
        );
      }
      if (problems.some(({ question }) => question === undefined)) {
        throw new InvalidOptionError(
          `dataset "${spec.name}"`,
          "must give problems of a question and a reference, got rows. Make problems of them with problemOf(row).",
        );
      }
      const chosen = problems
        .slice(0, setup.limit)
        .filter(({ question }) => setup.problems?.(spec.name, question.id) ?? true);
      const { grade } = experiment;
      return {
        name: spec.name,
        problems:
          grade === undefined || isJudge(grade) || isGrader(grade)
            ? chosen
            : chosen.map((one) => checkedBy(one, grade)),
      };
    }),
  );
}

/** The problem with the experiment's checker, which takes the place of its own. */
function checkedBy(problem: Problem, check: CheckSpec): Problem {
  const row = rowOf(problem);
  return problemOf({ ...row, reference: { ...row.reference, check } });
}

/**
 * A dataset's own relative path is looked for inside the folder that the command gives; else what the command gives
 * stands for it.
 */
function dataPathOf(own: string | undefined, given: string | undefined): string | undefined {
  if (own === undefined || given === undefined) return given ?? own;
  const inside = join(given, own);
  return !isAbsolute(own) && existsSync(inside) ? inside : given;
}
