import { z } from "zod";
import { defaultConventions } from "../core/conventions.ts";
import { defineGrader } from "../core/grader.ts";
import { grade } from "./grade.ts";

const { units, percent, vectors, angles, repeats, decimals } = defaultConventions;
const choice = <const T extends readonly [string, ...string[]]>(values: T, usual: string, about: string) =>
  z.enum(values).optional().describe(`${about}; default: the dataset's, else ${usual}`);

/** The rules that grade where nothing else is asked for, with what a careful reader may decide either way. */
export const referenceGrader = defineGrader({
  name: "reference",
  summary: "the reference, by the built-in rules of equality",
  options: z.strictObject({
    relativeTolerance: z.number().min(0).optional().describe("for numbers; default: the dataset's, else 0"),
    decimals: choice(["precise", "rounded"], decimals, "how near a decimal must be"),
    units: choice(["optional", "required"], units, "a unit on one side only"),
    percent: choice(["value", "ignored"], percent, "whether 50% is also 50"),
    vectors: choice(["alike", "strict"], vectors, "whether a column is a tuple"),
    angles: choice(["distinct", "convert"], angles, "whether a degree is π/180"),
    repeats: choice(["solutions", "once", "counted"], repeats, "members that are repeated"),
  }),
  grade({ problem: { question, reference }, answer }, options) {
    if (question.kind === "code") return { right: null, reason: "programs are judged by their tests: name no grader" };
    const tolerance = options.relativeTolerance ?? reference.relativeTolerance;
    const { verdict, rule } = grade(answer, { ...reference, relativeTolerance: tolerance }, question, options);
    return { right: verdict === "undecided" ? null : verdict === "correct", reason: rule };
  },
});
