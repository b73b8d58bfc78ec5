import { readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parse } from "yaml";
import { fingerprint } from "../../experiments/datasets/fingerprint.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { InvalidFileError } from "../core/errors.ts";
import { problemOf } from "../core/problem.ts";
import { parseOptions } from "../core/strategy.ts";
import { type CardData, type EvolveCard, percent, reasonsOf } from "../evolve/card.ts";
import { evolve, planned } from "../evolve/evolve.ts";
import { writeEvolved } from "../evolve/files.ts";
import { type EvolveInput, type EvolveSpec, evolveSchema } from "../evolve/spec.ts";
import { plainTable } from "../report/table.ts";
import { amountOf, countOf } from "./counts.ts";
import { type ProblemFlags, type ReadProblems, readProblems } from "./dataset-lint.ts";
import { type ReachFlags, reached } from "./model-flags.ts";
import { paint, statusLine, type Terminal } from "./terminal.ts";
import type { OpenedModel, Tools } from "./tools.ts";
import { licencesOf } from "./training.ts";

export interface EvolveFlags extends ProblemFlags, ReachFlags {
  readonly model?: string;
  readonly solvers?: readonly string[];
  readonly operations?: readonly string[];
  readonly questions?: string;
  readonly chains?: string;
  readonly programs?: string;
  readonly agreement?: string;
  readonly confirm?: string;
  readonly near?: string;
  readonly against?: readonly string[];
  readonly overlap?: string;
  readonly temperature?: string;
  readonly maxTokens?: string;
  readonly questionTokens?: string;
  readonly personas?: string;
  readonly languages?: readonly string[];
  readonly dedupe?: string;
  readonly paths?: string;
  readonly budget?: string;
  readonly seed?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/**
 * `ruminate data evolve FILE|NAME|SPEC.yaml`: new questions of a set of problems, answered and checked. Exit code 1
 * where the budget left questions that were not begun. @throws InvalidOptionError, InvalidFileError, UnknownNameError.
 */
export async function evolveCommand(
  terminal: Terminal,
  catalogue: Catalogue,
  source: string,
  flags: EvolveFlags,
  tools: Tools,
): Promise<number> {
  const spec = specOf(terminal, source, flags);
  const seeds = await problemsOf(terminal, catalogue, spec.dataset, flags);
  if (flags.dryRun === true) {
    const { questions, prompt, completion } = planned(spec, seeds.problems);
    const counts = [completion, prompt + completion].map((count) => count.toLocaleString("en-US"));
    terminal.out(
      `${questions} questions of ${seeds.problems.length} problems: at most ${counts[0]} completion tokens, ${counts[1]} with prompts.\n` +
        "At most: no question is dropped before it is answered, and every text is as long as allowed.\n",
    );
    return 0;
  }
  const against = await Promise.all(spec.against.map((set) => problemsOf(terminal, catalogue, set, {})));
  const writer = await tools.open(spec.policy);
  const solvers = await Promise.all((spec.solvers ?? [spec.policy]).map((one) => tools.open(one)));
  const folder = resolve(terminal.cwd, flags.out ?? join("evolved", spec.name));
  const status = statusLine(terminal);
  const licences = licencesOf(catalogue);
  const dataOf = ({ dataset, problems }: ReadProblems): CardData => ({
    ...{ dataset, problems: problems.length, fingerprint: fingerprint(problems.map(problemOf)) },
    licence: licences.dataset(dataset) ?? "unknown",
  });
  const data = { seeds: dataOf(seeds), against: against.map(dataOf) };
  try {
    const evolved = await evolve({
      ...{
        spec,
        folder,
        data,
        seeds: seeds.problems,
        test: against.flatMap((set) => set.problems.map(({ text }) => text)),
      },
      ...{ writer: writer.policy, solvers: solvers.map(({ policy }) => policy), sandbox: tools.sandbox() },
      parallel: Math.max(...[writer, ...solvers].map(({ policy }) => policy.capabilities.parallel)),
      signal: terminal.signal,
      onProgress: (done, of, kept) =>
        status.show(`${done} of ${of} questions, ${kept} kept`, `${Math.floor((20 * done) / Math.max(1, of))}`),
    });
    const models = [
      ...[writer].map((one) => ({ ...modelOf(one), part: "writer" })),
      ...solvers.map((one) => ({ ...modelOf(one), part: "solver" })),
    ];
    const card = writeEvolved(folder, evolved, spec, {
      ...data,
      models: models.map((one) => ({ ...one, licence: licences.policy(one.id) ?? "unknown" })),
    });
    status.clear();
    terminal.out(
      flags.json === true
        ? `${JSON.stringify(card, null, 2)}\n`
        : wordsOf(terminal, card, flags.out ?? join("evolved", spec.name)),
    );
    return card.notBegun > 0 ? 1 : 0;
  } finally {
    status.clear();
  }
}

const modelOf = ({ policy, simulated }: OpenedModel) => ({ id: policy.id, simulated });

/** A file's fields, or a file or name of problems; flags go before both. */
function specOf(terminal: Terminal, source: string, flags: EvolveFlags): EvolveSpec {
  const written: Partial<EvolveInput> = /\.ya?ml$/.test(source)
    ? readSpec(resolve(terminal.cwd, source))
    : { dataset: source };
  const { operations, languages, dedupe, seed, model } = flags;
  const given = {
    policy: model === undefined ? undefined : reached(model, flags),
    solvers: flags.solvers?.map((one) => reached(one, flags)),
    ...{ operations, languages, dedupe, seed },
    ...counts(flags),
    against: flags.against,
    personas: flags.personas === undefined ? undefined : personasIn(resolve(terminal.cwd, flags.personas)),
  };
  const chosen = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const name = basename(source)
    .replace(/(?:\.[a-z]+)+$/, "")
    .replace(/[^\w.-]+/g, "-");
  return parseOptions({ name: "data evolve", options: evolveSchema }, { name, ...written, ...chosen });
}

function counts(flags: EvolveFlags) {
  const { programs, confirm } = flags;
  const orNone = (flag: string, text: string | undefined) => (text === "0" ? 0 : countOf(flag, text));
  return {
    ...{ questions: countOf("--questions", flags.questions), chains: countOf("--chains", flags.chains) },
    ...{ programs: orNone("--programs", programs), confirm: orNone("--confirm", confirm) },
    ...{ agreement: amountOf("--agreement", flags.agreement), near: amountOf("--near", flags.near) },
    ...{ overlap: countOf("--overlap", flags.overlap), temperature: amountOf("--temperature", flags.temperature) },
    ...{ maxTokens: countOf("--max-tokens", flags.maxTokens) },
    ...{ questionTokens: countOf("--question-tokens", flags.questionTokens), paths: countOf("--paths", flags.paths) },
    budget: countOf("--budget", flags.budget),
  };
}

function readSpec(file: string): Partial<EvolveInput> {
  try {
    return parse(readFileSync(file, "utf8")) as Partial<EvolveInput>;
  } catch (error) {
    throw new InvalidFileError(file, null, `cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

/** A line each; JSON lines give their `persona`, as Persona Hub has it. */
function personasIn(file: string): string[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, i) => {
    if (line.trim() === "") return [];
    if (!line.startsWith("{")) return [line.trim()];
    const { persona } = JSON.parse(line) as { readonly persona?: unknown };
    if (typeof persona === "string") return [persona];
    throw new InvalidFileError(file, i + 1, 'has no "persona".');
  });
}

/** A set that is named with its file and options, or by either. */
async function problemsOf(
  terminal: Terminal,
  catalogue: Catalogue,
  spec: EvolveSpec["dataset"],
  flags: ProblemFlags,
): Promise<ReadProblems> {
  const { name, options } = spec;
  const path = "path" in spec ? spec.path : undefined;
  const written = Object.keys(options).length === 0 ? flags.options : JSON.stringify(options);
  const dataset = path === undefined ? flags.dataset : name;
  return await readProblems(terminal, catalogue, path ?? name, { ...flags, dataset, options: written });
}

function wordsOf(terminal: Terminal, card: EvolveCard, out: string): string {
  const { survival, models, problems, solutions, notBegun, tokens } = card;
  const simulated = models.find((one) => one.simulated);
  const reasons = reasonsOf(survival);
  const rows = survival.map(({ operation, made, kept, share, leftOut }) =>
    [operation, made, kept, percent(share), ...reasons.map((_, i) => leftOut[reasons[i] ?? ""] ?? 0)].map(String),
  );
  const key = reasons.map((reason, i) => `  (${i + 1}) ${reason}\n`).join("");
  return [
    simulated === undefined
      ? ""
      : `${paint(terminal, "yellow", `Simulated policy (${simulated.id}): these questions are of no use.`)}\n`,
    `${problems} questions and ${solutions} solutions, ${tokens.prompt + tokens.completion} tokens: ${out}\n\n`,
    `${plainTable([["operation", "made", "kept", "share", ...reasons.map((_, i) => `(${i + 1})`)], ...rows])}\n${key}\n`,
    notBegun === 0
      ? ""
      : `${notBegun} were not begun, the budget left no room: the same command with more --budget goes on.\n`,
    `Dataset   ${join(out, "problems.jsonl")}\nTraining  ${join(out, "sft.jsonl")}\nCard      ${join(out, "card.md")}\n`,
  ].join("");
}
