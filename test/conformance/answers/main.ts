import { readFileSync } from "node:fs";
import { z } from "zod";
import { extractAnswer } from "../../../src/answer/extract.ts";
import { grade } from "../../../src/answer/grade.ts";
import { type Conventions, defaultConventions } from "../../../src/core/conventions.ts";
import { checkKind, kindNames } from "../../answer/kinds/check.ts";
import { checkReadings, readingNames } from "../../answer/kinds/readings.ts";

const usage = `Usage: npm run conformance -- answers kinds [--count N] [KIND …]
       npm run conformance -- answers pairs FILE … [--CONVENTION VALUE …]
FILE holds one JSON object a line: {suite, gold, pred, expected, kind?, choices?, conventions?}.
Conventions: ${Object.keys(defaultConventions).join(", ")}.
`;

/** One pair of another project's suite: is `pred`, an answer or a whole reply, to be accepted for `gold`? */
const pairRow = z.object({
  suite: z.string().default("pairs"),
  gold: z.string(),
  pred: z.string(),
  expected: z.boolean(),
  kind: z.enum(["math", "number", "choice", "text"]).default("math"),
  choices: z.array(z.string()).optional(),
  /** Conventions of grading that the suite itself sets for this row. */
  conventions: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
});
type PairRow = z.infer<typeof pairRow>;

/** Runs the answers part of the conformance command; the exit code. */
export function checkAnswers(args: readonly string[]): number {
  const [what, ...rest] = args;
  if (what === "kinds") return checkKinds(rest);
  if (what === "pairs") return checkPairs(rest);
  process.stderr.write(usage);
  return 2;
}

function checkKinds(args: readonly string[]): number {
  const at = args.indexOf("--count");
  const count = at < 0 ? 10_000 : Number(args[at + 1]);
  const named = args.filter((arg, i) => !arg.startsWith("--") && (at < 0 || i !== at + 1));
  let failed = false;
  const chosen = (names: readonly string[]) => names.filter((name) => named.length === 0 || named.includes(name));
  for (const kind of chosen(kindNames)) {
    const { pairs, falseRejects, falseAccepts, slowestMs } = checkKind(kind, count);
    failed ||= falseRejects.length + falseAccepts.length > 0;
    console.log(
      `${kind}: ${count} cases, ${pairs} judgements, ${falseRejects.length} right pairs rejected, ${falseAccepts.length} wrong pairs accepted, slowest ${slowestMs.toFixed(1)} ms`,
    );
    for (const pair of [...falseRejects.slice(0, 5), ...falseAccepts.slice(0, 5)]) console.log(`  ${pair}`);
  }
  for (const kind of chosen(readingNames)) {
    const faults = checkReadings(kind, count);
    failed ||= faults.length > 0;
    console.log(`${kind}: ${count} replies, ${faults.length} read wrong`);
    for (const fault of faults.slice(0, 5)) console.log(`  ${fault}`);
  }
  return failed ? 1 : 0;
}

interface Tally {
  rows: number;
  agreed: number;
  byExtraction: number;
  falseAccepts: number;
}

function checkPairs(args: readonly string[]): number {
  const conventions: Partial<Record<keyof Conventions, string | number>> = {};
  const files: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] ?? "";
    if (!arg.startsWith("--")) files.push(arg);
    else conventions[arg.slice(2) as keyof Conventions] = args[++i];
  }
  const tallies = new Map<string, Tally>();
  for (const file of files) {
    for (const line of readFileSync(file, "utf8").split("\n")) {
      if (line.trim() !== "") count(pairRow.parse(JSON.parse(line)), conventions as Partial<Conventions>, tallies);
    }
  }
  for (const [suite, { rows, agreed, byExtraction, falseAccepts }] of tallies)
    console.log(
      `${suite}: ${rows} rows, ${agreed} as the suite says, ${byExtraction} of them through extraction alone, ${falseAccepts} accepted that it rejects`,
    );
  return tallies.size === 0 ? 2 : 0;
}

/** A row counts as accepted where the pair as it stands, or what is read out of it, is graded correct. */
function count(row: PairRow, conventions: Partial<Conventions>, tallies: Map<string, Tally>): void {
  const question = { kind: row.kind, choices: row.choices };
  const set = { ...row.conventions, ...conventions } as Partial<Conventions>;
  const judge = (answer: string | null, reference: string): boolean =>
    grade(answer, { answer: reference }, question, set).verdict === "correct";
  const short = row.gold.length < 80 && !/\\boxed|\n/.test(row.gold);
  const reference = short ? row.gold : (extractAnswer(row.gold, question)?.text ?? row.gold);
  const read = judge(extractAnswer(row.pred, question)?.text ?? null, reference);
  const accepted = read || judge(row.pred, row.gold);
  const tally = tallies.get(row.suite) ?? { rows: 0, agreed: 0, byExtraction: 0, falseAccepts: 0 };
  tally.rows++;
  if (accepted === row.expected) tally.agreed++;
  else if (process.env.SHOW === "1") console.log(`  ${row.suite}: ${row.pred.slice(-160)} ~~ ${row.gold.slice(-120)}`);
  if (read === row.expected) tally.byExtraction++;
  if (accepted && !row.expected) tally.falseAccepts++;
  tallies.set(row.suite, tally);
}
