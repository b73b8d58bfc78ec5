import { plainNumber } from "../answer/plain-number.ts";
import { extractProgram } from "../code/programs.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Random } from "../core/random.ts";
import { filledIn, numberedQuestion, parameterNames } from "../export/training/program-template.ts";
import { asShown, type Drawn } from "./asking.ts";

/** A question with other numbers, and the program that answers both. */
export interface Varied {
  readonly question: string;
  /** What the program returns. */
  readonly answer: string;
  readonly source: string;
  readonly numbers: readonly number[];
  /** Programs that give the reference for the question's numbers, and this answer for the others. */
  readonly programs: readonly Drawn[];
}

/** Sets of numbers that are tried. */
const tries = 100;

/** A program is asked for whose parameters are the numbers of the question, in their order. */
export function programMessages(question: string) {
  const { numbers } = numberedQuestion(question);
  const names = parameterNames(numbers.length);
  const list = numbers.map((value, i) => `${names[i]} = ${value}`).join(", ");
  return asShown(shownRequest, shownProgram, request(names, list, question));
}

const request = (names: readonly string[], list: string, question: string) =>
  `Write a Python function solution(${names.join(", ")}) that returns the answer to this question, and to it with ` +
  `other numbers, too. Here ${list}. Use the parameters, never the numbers themselves. Give one \`\`\`python block ` +
  `and nothing else.\n\nQuestion: ${question}`;

const shownNames = parameterNames(3);
const [trays, rolls, sold] = shownNames;
const shownRequest = request(
  shownNames,
  `${trays} = 6, ${rolls} = 8, ${sold} = 31`,
  "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left?",
);
const shownProgram =
  `\`\`\`python\ndef solution(${shownNames.join(", ")}):\n    baked = ${trays} * ${rolls}\n` +
  `    return baked - ${sold}\n\`\`\``;

/**
 * Other numbers for a question, by number-free programs (InfinityMATH, Zhang et al. 2024, arXiv:2408.07089). A program
 * counts that gives the reference for the question's own numbers; of up to 100 sets of others (between half and twice
 * the own, whole where those are) the first is taken for which all of these give one answer that is unlike the
 * reference, whole where that is, and not negative where that is not. Else the reason. Cost: one sandbox run a program.
 */
export async function vary(
  { question, reference, random }: { readonly question: string; readonly reference: string; readonly random: Random },
  drawn: readonly Drawn[],
  { sandbox, least, signal }: { readonly sandbox: Sandbox; readonly least: number; readonly signal?: AbortSignal },
): Promise<Varied | string> {
  const numbered = numberedQuestion(question);
  const wanted = numberIn(reference);
  if (numbered.numbers.length === 0 || wanted === null) return "seed without numbers";
  const others = Array.from({ length: tries }, () => otherValues(numbered.numbers, random));
  const sets = [numbered.numbers, ...others];
  const ran = await Promise.all(
    drawn.map(async (one) => {
      const source = one.text === null ? null : extractProgram(one.text, "def solution");
      const results = source === null ? [] : await resultsOf(sandbox, source, sets, signal);
      return { one, source: source ?? "", results };
    }),
  );
  const right = ran.filter(({ results }) => results[0] === wanted);
  const [first] = right;
  if (first === undefined || right.length < least) return "no program gives the seed's answer";
  const at = sets.findIndex((_, i) => {
    const value = first.results[i] ?? Number.NaN;
    const isAlike = (!Number.isInteger(wanted) || Number.isInteger(value)) && (wanted < 0 || value >= 0);
    return i > 0 && isAlike && value !== wanted && right.every(({ results }) => results[i] === value);
  });
  const numbers = sets[at];
  if (numbers === undefined) return "programs disagree on other numbers";
  const answer = String(first.results[at]);
  return {
    question: filledIn(numbered, numbers),
    answer,
    source: first.source,
    numbers,
    programs: right.map(({ one, source }) => ({ ...one, text: withCall(source, numbers) })),
  };
}

/** The program as it stands, with the numbers of the question in a call. */
const withCall = (source: string, numbers: readonly number[]): string =>
  `\`\`\`python\n${source.trimEnd()}\n\nprint(solution(${numbers.join(", ")}))\n\`\`\`\n`;

const numberIn = (text: string): number | null => {
  const read = plainNumber(text, "number");
  return read === null ? null : Number((Number(read.value.n) / Number(read.value.d)).toFixed(9));
};

function otherValues(numbers: readonly number[], random: Random): number[] {
  return numbers.map((value) => {
    const other = value * (0.5 + 1.5 * random.uniform());
    return Number.isInteger(value) ? Math.max(Math.min(2, value), Math.round(other)) : Number(other.toFixed(2));
  });
}

/** What the program returns for each set of numbers, rounded to nine decimals; NaN where it fails. */
async function resultsOf(
  sandbox: Sandbox,
  source: string,
  sets: readonly (readonly number[])[],
  signal?: AbortSignal,
): Promise<number[]> {
  const calls = `
def results_of_all():
    found = []
    for values in ${JSON.stringify(sets)}:
        try:
            found.append(repr(round(float(solution(*values)), 9)))
        except Exception:
            found.append("nan")
    return " ".join(found)
`;
  const { verdict, value } = await sandbox.run(
    { language: "python", source: `${source}\n${calls}`, result: { call: "results_of_all" } },
    { limits: { wallMs: 10_000 }, signal },
  );
  return verdict === "ok" && value !== null ? value.trim().split(" ").map(Number) : [];
}
