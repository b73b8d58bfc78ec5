import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import type { z } from "zod";
import { closest, InvalidFileError } from "../core/errors.ts";
import { describeIssue } from "../core/strategy.ts";
import { type Experiment, type ExperimentInput, experimentSchema } from "./schema.ts";

/**
 * An experiment in TypeScript, typed as it is written: the default export of a module that `ruminate experiment run` is
 * given.
 */
export const defineExperiment = (experiment: ExperimentInput): ExperimentInput => experiment;

/**
 * An experiment file, checked: YAML, or a TypeScript or JavaScript module with the experiment as its default export.
 * @throws InvalidFileError with the file, the line where it is known, the field, the value and what to do.
 */
export async function loadExperiment(path: string): Promise<Experiment> {
  const exported = await importedExperiment(path);
  return exported === null ? parseExperiment(path, textOf(path)) : checked(path, exported.default, () => null);
}

/**
 * What an experiment that is a module exports; null for any other file. Strategies, verifiers, datasets and metrics
 * that it exports beside the experiment are its own.
 * @throws InvalidFileError where it cannot be loaded.
 */
export async function importedExperiment(path: string): Promise<Readonly<Record<string, unknown>> | null> {
  if (!/\.[cm]?[jt]s$/.test(path)) return null;
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const remedy = "Give the path of a module whose default export is an experiment (see examples/experiment.ts).";
    throw new InvalidFileError(path, null, `cannot be loaded: ${(error as Error).message}. ${remedy}`, {
      cause: error,
    });
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new InvalidFileError(
      path,
      null,
      "cannot be read. Give the path of an experiment file (see experiments/ for examples).",
      {
        cause: error,
      },
    );
  }
}

export function parseExperiment(path: string, text: string): Experiment {
  const document = documentOf(path, text);
  const [flaw] = document.errors;
  if (flaw !== undefined) {
    throw new InvalidFileError(
      path,
      flaw.linePos?.[0].line ?? null,
      `is not valid YAML: ${flaw.message.split("\n")[0]}`,
    );
  }
  return checked(path, contentOf(path, document), (at) => lineOf(document, text, at));
}

const longestText = 4 << 20;

/** The reader of YAML: 72 modules, which a program that reads no experiment file does without. */
const yaml = () => createRequire(import.meta.url)("yaml") as typeof import("yaml");

type YamlDocument = ReturnType<ReturnType<typeof yaml>["parseDocument"]>;

function documentOf(path: string, text: string): YamlDocument {
  if (text.length > longestText) {
    throw new InvalidFileError(path, null, `is longer than ${longestText} characters. Give an experiment file.`);
  }
  if (depthOf(text) > mostNested) {
    throw new InvalidFileError(
      path,
      null,
      `is not valid YAML that is read here: it is nested more than ${mostNested} deep.`,
    );
  }
  try {
    return yaml().parseDocument(text, { prettyErrors: true });
  } catch (error) {
    throw new InvalidFileError(path, null, "is not valid YAML: it is nested too deeply.", { cause: error });
  }
}

const mostNested = 500;

/** Brackets that stand open at a time, at most: what the parser takes long for. */
function depthOf(text: string): number {
  let [depth, most] = [0, 0];
  for (const bracket of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + ("[{".includes(bracket[0]) ? 1 : -1));
    most = Math.max(most, depth);
  }
  return most;
}

/** Aliases may stand for other aliases and so for more than any memory holds: a hundred are followed. */
function contentOf(path: string, document: YamlDocument): unknown {
  try {
    const content: unknown = document.toJS({ maxAliasCount: 100 });
    JSON.stringify(content); // an alias inside what it stands for has no end
    return content;
  } catch (error) {
    const [said = ""] = (error as Error).message.split("\n");
    const why = `cannot be read: ${said}. Write out what aliases (*name) stand for.`;
    throw new InvalidFileError(path, null, why, { cause: error });
  }
}

function checked(path: string, given: unknown, lineAt: (at: readonly PropertyKey[]) => number | null): Experiment {
  const parsed = experimentSchema.safeParse(given);
  if (!parsed.success) {
    const issue = deepest(parsed.error.issues);
    const field = issue.path
      .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
      .join("")
      .replace(/^\./, "");
    const where = field === "" ? "the experiment" : `"${field}"`;
    throw new InvalidFileError(path, lineAt(issue.path), `${where} ${explain(issue, given)}`);
  }
  const { dataset, datasets, policy, policies, budget, budgets } = parsed.data;
  const both = (a: unknown, b: unknown, name: string) => {
    if (a !== undefined && b !== undefined) {
      throw new InvalidFileError(
        path,
        null,
        `give either "${name}" or "${name === "policy" ? "policies" : `${name}s`}", not both.`,
      );
    }
  };
  both(dataset, datasets, "dataset");
  both(policy, policies, "policy");
  both(budget, budgets, "budget");
  if (dataset === undefined && datasets === undefined) {
    throw new InvalidFileError(
      path,
      null,
      'needs a "dataset" (for example `dataset: {name: gsm8k, path: gsm8k.jsonl}`).',
    );
  }
  return parsed.data;
}

type Issue = z.core.$ZodIssue;

/** Of the branches of a union that the value fits best, the issue that is deepest in the value says most. */
function deepest(issues: readonly Issue[]): Issue {
  const all = issues.flatMap((issue): Issue[] => {
    if (issue.code !== "invalid_union") return [issue];
    const least = Math.min(...issue.errors.map(misfit));
    const nearest = issue.errors.filter((branch) => misfit(branch) === least);
    return nearest.flatMap((branch) => branch.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })));
  });
  return all.reduce((best, issue) => (rank(issue) > rank(best) ? issue : best));
}

/** How far a value is from a branch: keys that it does not know or lacks; a value of another type is farthest. */
const misfit = (branch: readonly Issue[]): number =>
  branch.reduce((sum, issue) => {
    if (issue.code === "unrecognized_keys") return sum + issue.keys.length;
    return sum + (issue.path.length === 0 ? 100 : 1);
  }, 0);

const rank = (issue: Issue): number => issue.path.length * 2 + (issue.code === "unrecognized_keys" ? 1 : 0);

function explain(issue: Issue, given: unknown): string {
  if (issue.code !== "unrecognized_keys") return describeIssue(issue, given);
  const [key = ""] = issue.keys;
  const known = knownKeys(issue.path);
  const guess = closest(key, known);
  return `does not know "${key}".${guess === undefined ? "" : ` Did you mean "${guess}"?`}${known.length > 0 ? ` Known: ${known.join(", ")}.` : ""}`;
}

const gradeKeys =
  "name options model threshold judge against instruction labels maxTokens preset command files stdin verdict timeoutSeconds memoryMiB needs forbids known folders";

function knownKeys(path: readonly PropertyKey[]): string[] {
  if (path.length === 0) return Object.keys(experimentSchema.shape);
  const [top] = path;
  const keys: Readonly<Record<string, string>> = {
    strategies: "name options label verifiers select stop budget matrix",
    include: "strategy policy budget",
    exclude: "strategy label policy options budget",
    budget: "tokens calls seconds dollars",
    budgets: "tokens calls seconds dollars",
    dataset: "name path options",
    datasets: "name path options",
    metrics: "name options label by against",
    verifiers: "outcome process aggregation",
    stop: "rule alpha every",
    grade: gradeKeys,
  };
  return (keys[String(top)] ?? "").split(" ").filter((key) => key !== "");
}

function lineOf(document: YamlDocument, text: string, path: readonly PropertyKey[]): number | null {
  for (let length = path.length; length > 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start !== undefined) return text.slice(0, start).split("\n").length;
  }
  return null;
}
