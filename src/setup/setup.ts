import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { EnvironmentError, UnknownNameError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import { checkRoles, type RoleRead, rolesOfStrategy, rolesOfVerifier } from "../core/roles.ts";
import { parseOptions, type Selection, type Stopping, type Strategy } from "../core/strategy.ts";
import { mostOf, type Needs, needsOf } from "../core/verifier.ts";
import { selections } from "../engine/picking/named.ts";
import { adaptiveConsistency, atMost, confident, earlyStoppingWindow } from "../engine/picking/stopping.ts";
import type { Verifiers } from "../engine/scoring.ts";
import type { SolveSetup } from "../engine/solve.ts";
import { type StopSpec, type VerifiersInput, type VerifiersSpec, verifiersSchema } from "./specs.ts";

/** A solve as it is written: by name, or by value where a program writes it. */
export interface SolveSpec {
  readonly strategy: string | Strategy;
  readonly options?: unknown;
  readonly verifiers?: VerifiersInput | Verifiers | null;
  /** In place of the strategy's own rule. */
  readonly select?: string | Selection | null;
  /** In place of the strategy's own rule. */
  readonly stop?: StopSpec | Stopping | null;
  readonly budget?: Budget;
}

/** A solve whose names are found and whose options are checked. No model is open yet, nothing is spent. */
export interface Assembly {
  readonly strategy: Strategy;
  /** Complete, defaults filled in. */
  readonly options: unknown;
  /** Of the verifiers that are given by name, complete, defaults filled in. */
  readonly verifierOptions: readonly unknown[];
  /** Fresh ones for each solve: some remember what they saw. @throws InvalidFileError where one stands in a file. */
  readonly verifiers: () => Verifiers;
  /** What the verifiers read beside the text. @throws InvalidFileError where one stands in a file. */
  readonly needs: () => Needs;
  readonly select: Selection | undefined;
  readonly stop: Stopping | undefined;
  readonly budget: Budget;
  /** The models that the strategy and the verifiers ask by their parts. */
  readonly roles: readonly RoleRead[];
}

/** What a solve is run with: opened models, sandbox, seed, length limit, signal, listeners. */
export type SolveWorld = Omit<SolveSetup, keys>;
type keys = "strategy" | "options" | "verifiers" | "select" | "stop" | "budget";

/** The parts of a spec, for those who say which part a failure comes from. */
export type SpecPart = "strategy" | "options" | "verifiers" | "select" | "stop";
type Guard = <T>(part: SpecPart, make: () => T) => T;

/**
 * The one place that turns names into a solve: for the command, experiments, the server and the chat models.
 *
 * @param guard wraps the making of each part.
 * @throws UnknownNameError, InvalidOptionError.
 */
export function assemble(spec: SolveSpec, catalogue: Catalogue, guard: Guard = (_, make) => make()): Assembly {
  const { strategy: named, budget = {} } = spec;
  const strategy = guard("strategy", () => (typeof named === "string" ? catalogue.strategies.get(named) : named));
  const options = guard("options", () => parseOptions(strategy, spec.options));
  const verifiers = guard("verifiers", () => checkedVerifiers(spec.verifiers ?? null, catalogue));
  return {
    strategy,
    options,
    verifierOptions: namedBy(verifiers, catalogue).map((one) => parseOptions(one.definition, one.options)),
    verifiers: () => verifiersOf(verifiers, catalogue),
    needs: () => neededBy(verifiers, catalogue),
    select: guard("select", () => selectionOf(spec.select)),
    stop: guard("stop", () => stoppingOf(spec.stop)),
    budget,
    roles: [
      ...rolesOfStrategy(strategy, options),
      ...namedBy(verifiers, catalogue).flatMap((one) => rolesOfVerifier(one.definition, one.options, catalogue)),
    ],
  };
}

/**
 * All that the engine needs for one solve of an assembly. Samples carry the log-probabilities that verifiers read, or
 * more where the caller wants more of them.
 *
 * @throws EnvironmentError for a policy that cannot give what the verifiers need; InvalidOptionError for a model that
 *   is asked by its part and is not there.
 */
export function solveSetup(assembly: Assembly, world: SolveWorld): SolveSetup {
  const { strategy, options, verifiers, needs, select, stop, budget } = assembly;
  checkRoles(assembly.roles, Object.keys(world.models ?? {}));
  const needed = needs();
  checkNeeds(needed, world.policy);
  const { logprobs, states } = mostOf([needed, { logprobs: world.logprobs, states: world.states }]);
  return { ...world, strategy, options, verifiers: verifiers(), select, stop, budget, logprobs, states };
}

/** @throws EnvironmentError before anything is spent. A policy without log-probabilities leaves scores null instead. */
export function checkNeeds({ embeddings, states }: Needs, policy: Policy): void {
  const missing = [
    ...(embeddings === true && policy.embed === undefined ? ["embeddings"] : []),
    ...(states === true && policy.capabilities.states === undefined ? ["hidden states"] : []),
  ];
  if (missing.length === 0) return;
  throw new EnvironmentError(
    `A verifier reads ${missing.join(" and ")}, and ${policy.id} does not give them. Use a local model, or a verifier without them.`,
  );
}

/** Would the strategy, its selection or its stopping rule read a verifier? */
export function readsVerifiers({ strategy, options, select, stop }: Assembly): boolean {
  if (strategy.rewards.readBy !== "rules") return true;
  const rule = select ?? strategy.select(options);
  const stopping = stop ?? strategy.stop?.(options);
  return rule.usesScores || rule.interim?.usesScores === true || stopping?.usesScores === true;
}

const kinds = ["outcome", "process"] as const;

/** Verifiers as a program makes them, as opposed to names in a spec. */
const byValue = (given: { readonly outcome?: unknown; readonly process?: unknown }): given is Verifiers =>
  kinds.some((kind) => typeof given[kind] === "object" && given[kind] !== null && "verifier" in given[kind]);

/** The definitions that a spec names, with their options. */
function namedBy(spec: VerifiersSpec | Verifiers | null, catalogue: Catalogue) {
  if (spec === null || byValue(spec)) return [];
  return kinds.flatMap((kind) => {
    const wanted = spec[kind];
    if (wanted === undefined) return [];
    const definition = catalogue.verifiers.get(wanted.name);
    if (definition[kind] !== undefined) return [{ definition, options: wanted.options }];
    const able = catalogue.verifiers.all.filter((other) => other[kind] !== undefined).map(({ name }) => name);
    throw new UnknownNameError(`${kind} verifier`, wanted.name, able);
  });
}

/** With the defaults filled in. @throws UnknownNameError, InvalidOptionError. */
function checkedVerifiers(given: VerifiersInput | Verifiers | null, catalogue: Catalogue) {
  if (given === null || byValue(given)) return given;
  const spec = parseOptions({ name: "verifiers", options: verifiersSchema }, given);
  for (const { definition, options } of namedBy(spec, catalogue)) parseOptions(definition, options);
  return spec;
}

/** Verifiers that are given by value say nothing of their needs: who gives them asks for log-probabilities too. */
const neededBy = (spec: VerifiersSpec | Verifiers | null, catalogue: Catalogue): Needs =>
  mostOf(namedBy(spec, catalogue).map(({ definition, options }) => needsOf(definition, options)));

/** Fresh verifiers for one solve (some remember what they saw). @throws UnknownNameError, InvalidOptionError. */
export function verifiersOf(given: VerifiersInput | Verifiers | null, catalogue: Catalogue): Verifiers {
  const spec = checkedVerifiers(given, catalogue);
  if (spec === null) return {};
  if (byValue(spec)) return spec;
  const { outcome, process, aggregation } = spec;
  const definitionOf = ({ name }: { readonly name: string }) => catalogue.verifiers.get(name);
  const made: { -readonly [Key in keyof Verifiers]: Verifiers[Key] } = { aggregation };
  if (outcome !== undefined) {
    const definition = definitionOf(outcome);
    const verifier = definition.outcome?.(parseOptions(definition, outcome.options));
    if (verifier !== undefined) made.outcome = { name: outcome.name, verifier };
  }
  if (process !== undefined) {
    const definition = definitionOf(process);
    const verifier = definition.process?.(parseOptions(definition, process.options));
    if (verifier !== undefined) made.process = { name: process.name, verifier };
  }
  return made;
}

/** @throws InvalidOptionError for a value that the rule does not take. */
export function stoppingOf(spec: StopSpec | Stopping | null | undefined): Stopping | undefined {
  if (spec == null) return undefined;
  if ("enough" in spec) return spec;
  const { rule, value } = spec;
  if (rule === "at-most") return atMost(value ?? 16);
  if (rule === "adaptive-consistency") return adaptiveConsistency(value);
  if (rule === "early-stopping-window") return earlyStoppingWindow(value);
  return confident(value);
}

/** @throws UnknownNameError. */
export function selectionOf(rule: string | Selection | null | undefined): Selection | undefined {
  if (rule == null) return undefined;
  if (typeof rule !== "string") return rule;
  const make = Object.hasOwn(selections, rule) ? selections[rule] : undefined;
  if (make === undefined) throw new UnknownNameError("selection", rule, Object.keys(selections));
  return make();
}
