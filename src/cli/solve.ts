import { closeSync, openSync, writeSync } from "node:fs";
import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError, InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import { doubtOf } from "../core/pick.ts";
import type { Question } from "../core/question.ts";
import { checkRoles, checkUnread } from "../core/roles.ts";
import type { Solution } from "../core/solution.ts";
import type { TallyRow } from "../core/strategy.ts";
import { type PromptPrice, promptPrices, totalCalls, totalTokens } from "../core/usage.ts";
import { openSession } from "../engine/sessions.ts";
import { solve } from "../engine/solve.ts";
import type { ModelSpec } from "../policy/open.ts";
import { compact } from "../report/table.ts";
import { assemble, readsVerifiers, type SolveSpec, solveSetup } from "../setup/setup.ts";
import { type StopSpec, stopSchema, verifiersSchema } from "../setup/specs.ts";
import { readWritten, type Written } from "../setup/written.ts";
import { parseCount } from "./counts.ts";
import { type ReachFlags, reached } from "./model-flags.ts";
import { openRoles, parseRoles } from "./roles.ts";
import { duration, paint, statusLine, type Terminal, wrapText } from "./terminal.ts";
import type { OpenedModel } from "./tools.ts";
import { parseAssignments, parseVerifierFlags } from "./verifier-flags.ts";

export interface SolveFlags extends ReachFlags {
  /** Default: self-consistency, which ends early where its options are not named either. */
  readonly strategy?: string;
  readonly model: string;
  /** "judge=openai:MODEL": further models by the part they play. */
  readonly models: readonly string[];
  readonly option: readonly string[];
  readonly verifier: readonly string[];
  readonly aggregation?: string;
  readonly select?: string;
  readonly stop?: string;
  readonly budget?: string;
  readonly maxCalls?: string;
  readonly maxSeconds?: string;
  readonly maxDollars?: string;
  readonly prompts?: string;
  readonly maxTokens: string;
  readonly seed: string;
  readonly choices?: readonly string[];
  readonly trace?: string;
  readonly json?: boolean;
  readonly show?: boolean;
}

export interface SolveTools {
  readonly catalogue: Catalogue;
  readonly open: (spec: ModelSpec) => Promise<OpenedModel>;
  readonly sandbox: () => Sandbox;
}

/** `ruminate solve`: exit code 0 with an answer, 1 when nothing could be answered. */
export async function solveCommand(
  terminal: Terminal,
  given: string,
  flags: SolveFlags,
  tools: SolveTools,
): Promise<number> {
  const text = (given === "-" ? await terminal.readStdin() : given).trim();
  if (text === "")
    throw new InvalidOptionError("question", 'must not be empty: give it as text, or "-" to read standard input.');
  const { catalogue } = tools;
  const spec = specOf(flags, catalogue);
  const assembly = assemble(spec, catalogue);
  assembly.verifiers(); // one whose file is missing fails here, before a model is opened
  const roles = parseRoles(flags.models);
  checkRoles(assembly.roles, [...roles.keys()]);
  // A plug-in may ask models that its options do not name.
  if ((catalogue.origins?.size ?? 0) === 0) checkUnread(assembly.roles, [...roles.keys()], "--models");
  if (spec.verifiers && !readsVerifiers(assembly)) {
    throw new InvalidOptionError(
      "--verifier",
      `is read by no rule: ${assembly.strategy.name} ${flags.select === undefined ? "picks" : `with --select ${flags.select} picks`} without scores. Give --select best or weighted, a strategy that reads scores (best-of-n, weighted-vote), or no verifier.`,
    );
  }
  const maxTokens = parseCount("--max-tokens", flags.maxTokens);
  const prompts = parsePrompts(flags.prompts);
  const trace = openTrace(flags.trace);
  const { policy, simulated } = await tools.open(reached(flags.model, flags));
  const models = await openRoles(roles, tools.open);
  const display = progressDisplay(terminal, flags.json === true);
  try {
    const setup = solveSetup(assembly, {
      policy,
      models,
      sandbox: lazySandbox(tools.sandbox),
      seed: flags.seed,
      maxTokens,
      prompts,
      signal: terminal.signal,
      onAbort: "return",
      onEvent: (event) => {
        trace.write(event);
        display.event(event);
      },
    });
    const solution = await solve(questionOf(text, flags), setup);
    display.clear();
    if (flags.json === true)
      terminal.out(
        `${JSON.stringify(asJson(text, { strategy: assembly.strategy.name, seed: flags.seed, policy: policy.id, simulated }, solution), null, 2)}\n`,
      );
    else terminal.out(asText(terminal, solution, simulated, flags.show ?? terminal.isTty));
    return solution.answer === null ? 1 : 0;
  } finally {
    display.clear();
    trace.close();
  }
}

function parsePrompts(given: string | undefined): PromptPrice | undefined {
  const known = promptPrices.find((price) => price === given);
  if (known !== undefined || given === undefined) return known;
  throw new InvalidOptionError("--prompts", `must be ${promptPrices.join(" or ")}, got "${given}".`);
}

const questionOf = (text: string, { choices }: SolveFlags): Question => ({
  id: "question",
  text,
  kind: choices === undefined ? "math" : "choice",
  choices,
});

/**
 * What the flags say, over what `--strategy` says where it is written as in a model's name: `best-of-n(n=8)`, `a & b`.
 * @throws InvalidOptionError, UnknownNameError for flags that do not fit.
 */
function specOf(flags: SolveFlags, catalogue: Catalogue): SolveSpec {
  const { strategy = "self-consistency" } = flags;
  const { answer, ...written }: Partial<Written> = /[(&|]/.test(strategy) ? readWritten(strategy, catalogue) : {};
  if (answer !== undefined) throw new InvalidOptionError("--strategy", '"answer" is for requests to a server.');
  return {
    ...written,
    strategy: written.strategy ?? strategy,
    options: { ...written.options, ...parseAssignments("--option", flags.option) },
    verifiers: parseVerifierFlags(flags.verifier, flags.aggregation) ?? verifiersOf(written),
    select: flags.select ?? written.select,
    stop: parseStop(flags.stop ?? usualStop(flags)),
    budget: { ...written.budget, ...parseBudget(flags) },
  };
}

/** Who names neither a strategy nor its options wants an answer, and no more samples than that takes. */
const usualStop = ({ strategy, option }: SolveFlags): string | undefined =>
  strategy === undefined && option.length === 0 ? "adaptive-consistency" : undefined;

const verifiersOf = ({ verifiers }: Partial<Written>) =>
  verifiers === undefined ? null : verifiersSchema.parse(verifiers);

function parseBudget(flags: SolveFlags): Budget {
  const { budget, maxCalls, maxSeconds, maxDollars } = flags;
  return {
    ...(budget !== undefined && { tokens: parseCount("--budget", budget) }),
    ...(maxCalls !== undefined && { calls: parseCount("--max-calls", maxCalls) }),
    ...(maxSeconds !== undefined && { seconds: parseAmount("--max-seconds", maxSeconds) }),
    ...(maxDollars !== undefined && { dollars: parseAmount("--max-dollars", maxDollars) }),
  };
}

function parseAmount(flag: string, text: string): number {
  const value = Number(text);
  if (value > 0) return value;
  throw new InvalidOptionError(flag, `must be a number above 0, got "${text}".`);
}

/** "adaptive-consistency", "confident=0.8". */
function parseStop(text: string | undefined): StopSpec | null {
  if (text === undefined) return null;
  const [rule = "", value] = text.split("=");
  const parsed = stopSchema.safeParse({ rule, ...(value !== undefined && { value: Number(value) }) });
  if (parsed.success) return parsed.data;
  throw new UnknownNameError("stopping rule", text, stopSchema.shape.rule.options);
}

/** The sandbox starts when the first program wants to run. */
function lazySandbox(make: () => Sandbox): Sandbox {
  let sandbox: Sandbox | undefined;
  const open = () => {
    sandbox ??= make();
    return sandbox;
  };
  return {
    id: "sandbox",
    run: (program, options) => open().run(program, options),
    openSession: () => openSession(open()),
    dispose: async () => await sandbox?.dispose(),
  };
}

function openTrace(path: string | undefined): { write(event: RunEvent): void; close(): void } {
  if (path === undefined) return { write: () => {}, close: () => {} };
  let file: number;
  try {
    file = openSync(path, "w");
  } catch (error) {
    throw new EnvironmentError(`--trace ${path} cannot be written: ${(error as Error).message}. Choose another file.`, {
      cause: error,
    });
  }
  return {
    write: (event) => {
      if (event.type !== "text") writeSync(file, `${JSON.stringify(event)}\n`);
    },
    close: () => closeSync(file),
  };
}

/** "42 ×3, 40 ×1", at most four answers. */
const votes = (tally: readonly TallyRow[]): string =>
  tally
    .slice(0, 4)
    .map(
      ({ answer, votes: n, weight }) =>
        `${answer} ${Number.isInteger(weight) && weight === n ? `×${n}` : weight.toFixed(2)}`,
    )
    .join(", ") + (tally.length > 4 ? ", …" : "");

/** How far it is; on a terminal with the time that goes by, so that it is seen to live before the first answer. */
function progressDisplay(terminal: Terminal, quiet: boolean): { event(event: RunEvent): void; clear(): void } {
  const status = statusLine(terminal);
  const began = performance.now();
  let tokens = 0;
  let nodes = 0;
  let shown = "asking the model";
  const show = (text: string, mark?: string) => {
    shown = text;
    status.show(terminal.isTty ? `${duration((performance.now() - began) / 1000)} · ${text}` : text, mark);
  };
  const timer = terminal.isTty && !quiet ? setInterval(() => show(shown), 1000) : undefined;
  return {
    clear() {
      clearInterval(timer);
      status.clear();
    },
    event(event) {
      if (quiet) return;
      if (event.type === "call-end") {
        tokens += totalTokens(event.usage);
        show(`… ${compact(tokens)} tokens${nodes > 0 ? `, ${nodes} nodes` : ""}`);
      } else if (event.type === "node-expanded") {
        nodes += event.children.length;
      } else if (event.type === "pick" && (event.label ?? "") === "") {
        const text = `${event.candidates} candidates · ${votes(event.tally) || "no answer yet"} · ${compact(event.tokens)} tokens`;
        show(text, text);
      }
    },
  };
}

function asText(terminal: Terminal, solution: Solution, simulated: boolean, show: boolean): string {
  const { answer, pick, usage, milliseconds, stopped, stopReason } = solution;
  const ledger = usage.logical;
  const verifier = ledger.verifier.promptTokens + ledger.verifier.completionTokens;
  const picked = pick === null ? undefined : solution.candidates[pick.index];
  const lines = [
    ...(simulated
      ? [
          paint(
            terminal,
            "yellow",
            "Simulated policy: this answer comes from a seeded simulation, not from a language model.",
          ),
          "",
        ]
      : []),
    ...(show && picked !== undefined ? [wrapText(picked.text.trim(), terminal.columns, "  "), ""] : []),
    `${paint(terminal, "bold", "Answer")}   ${answer === null ? paint(terminal, "red", "none") : paint(terminal, "green", answer)}`,
    `Why      ${solution.reason}${pick === null || doubtOf(pick) === null ? "" : `: ${paint(terminal, "yellow", doubtOf(pick) ?? "")}`}`,
    ...((pick?.tally.length ?? 0) > 1 ? [`Votes    ${votes(pick?.tally ?? [])}`] : []),
    `Cost     ${compact(totalCalls(ledger))} calls, ${compact(totalTokens(ledger))} tokens (verifier ${compact(verifier)}), ${duration(milliseconds / 1000)}` +
      (totalTokens(usage.actual) < totalTokens(ledger)
        ? `; ${compact(totalTokens(usage.actual))} tokens really spent, the rest was in the store`
        : ""),
    ...(stopped === "finished" ? [] : [`Stopped  ${stopped}${stopReason === undefined ? "" : `: ${stopReason}`}`]),
  ];
  return `${lines.join("\n")}\n`;
}

/** The fields of `--json`; documented in docs/command.md and kept stable. */
interface Asked {
  readonly strategy: string;
  readonly policy: string;
  readonly simulated: boolean;
  readonly seed: string;
}

function asJson(text: string, { strategy, policy, simulated, seed }: Asked, solution: Solution) {
  return {
    question: text,
    answer: solution.answer,
    reason: solution.reason,
    support: solution.pick?.support ?? null,
    doubt: solution.pick === null ? null : doubtOf(solution.pick),
    tied: solution.pick?.tied ?? false,
    tally: solution.pick?.tally ?? [],
    stopped: solution.stopped,
    stopReason: solution.stopReason ?? null,
    strategy,
    policy,
    simulated,
    seed,
    candidates: solution.candidates.map(({ index, answer, score, complete, text: candidate }) => ({
      index,
      answer: answer?.text ?? null,
      rule: answer?.rule ?? null,
      score: score?.value ?? null,
      complete,
      text: candidate,
    })),
    picks: solution.picks,
    usage: solution.usage,
    milliseconds: Math.round(solution.milliseconds),
  };
}
