import { hash } from "node:crypto";
import type { Grade } from "../../answer/verdict.ts";
import { type Catalogue, graderOrigin } from "../../core/catalogue.ts";
import { InvalidOptionError, RuminateError } from "../../core/errors.ts";
import type { Sandbox } from "../../core/execution.ts";
import { frozenCopy } from "../../core/frozen.ts";
import type { Attempt, GraderDefinition, GraderVerdict } from "../../core/grader.ts";
import type { Problem } from "../../core/problem.ts";
import { parseOptions } from "../../core/strategy.ts";
import { judgeSchema } from "../judging/schema.ts";
import { namedFiles } from "../records/named-files.ts";
import type { Experiment } from "../schema.ts";
import { type GraderSpec, isGrader } from "./schema.ts";

/** Which grader decided: in the record by name and version, in the summary in full. */
export interface GraderIdentity {
  readonly name: string;
  /** Hash of all that its verdicts depend on beside the answer and the problem. */
  readonly version: string;
  readonly options: unknown;
  /** Its module's path and hash; absent of one that is built in. */
  readonly code?: { readonly path: string; readonly hash: string };
}

/** A grader that is a function, with its options. */
export interface Grader {
  readonly identity: GraderIdentity;
  grade(problem: Problem, answer: string, sandbox: Sandbox | null): Promise<Grade>;
}

/** What a record keeps of it. */
export const graderMark = ({ identity: { name, version } }: Grader) => ({ name, version });

/**
 * The experiment as it is graded: a grader that is a judge is asked as every judge is.
 * @throws UnknownNameError with the nearest name; InvalidOptionError for options that do not fit.
 */
export function withGrader(experiment: Experiment, catalogue: Catalogue): Experiment {
  const { grade } = experiment;
  if (!isGrader(grade)) return experiment;
  const definition = graderOf(grade, catalogue);
  const { name, options, model, threshold } = grade;
  if (definition.judge !== undefined)
    return { ...experiment, grade: judgeSchema.parse({ judge: { name, options }, model, threshold }) };
  if (model !== undefined || threshold !== undefined)
    throw new InvalidOptionError("grade", `names "${name}", a function: it has no model and no threshold.`);
  return experiment;
}

function graderOf({ name, options }: Pick<GraderSpec, "name" | "options">, catalogue: Catalogue): GraderDefinition {
  const definition = catalogue.graders.get(name);
  parseOptions(definition, options);
  return definition;
}

/** Null where the reference decides by the rules as they are. @throws as `withGrader`. */
export function openGrader({ grade }: Experiment, catalogue: Catalogue): Grader | null {
  if (!isGrader(grade)) return null;
  const definition = graderOf(grade, catalogue);
  if (definition.name === "reference" && Object.keys(grade.options).length === 0) return null;
  const options = parseOptions(definition, grade.options);
  return {
    identity: identityOf(definition, options, catalogue),
    grade: async (problem, answer, sandbox) => {
      const attempt: Attempt = { problem: frozenCopy(problem), answer };
      try {
        const said = await definition.grade?.(attempt, options, { sandbox });
        return asGrade(definition.name, said);
      } catch (error) {
        return { verdict: "undecided", rule: `grader ${definition.name} failed: ${messageOf(error)}` };
      }
    },
  };
}

/** Of a grader's own code and options, files that these name included. */
export function identityOf({ name }: GraderDefinition, options: unknown, catalogue: Catalogue): GraderIdentity {
  const origin = graderOrigin(catalogue, name);
  const code = origin && { path: origin.path, hash: origin.hash };
  const all = JSON.stringify([name, options, code?.hash ?? null, namedFiles([options])]);
  return { name, version: hash("sha256", all, "base64url").slice(0, 12), options, code };
}

const messageOf = (error: unknown): string =>
  error instanceof Error
    ? `${error instanceof RuminateError || error.name === "Error" ? "" : `${error.name}: `}${error.message}`
    : String(error);

/** A module in plain JavaScript may say anything: what is no verdict decides nothing. */
function asGrade(name: string, said: GraderVerdict | undefined): Grade {
  const { right, reason } = typeof said === "object" && said !== null ? said : { right: said, reason: undefined };
  const rule = `grader ${name}${typeof reason === "string" && reason !== "" ? `: ${reason}` : ""}`;
  if (typeof right === "boolean") return { verdict: right ? "correct" : "incorrect", rule };
  if (right === null) return { verdict: "undecided", rule };
  const got = right === undefined ? "nothing" : `a value of type ${typeof right}`;
  return { verdict: "undecided", rule: `grader ${name} gave ${got}; it must give true, false or null` };
}
