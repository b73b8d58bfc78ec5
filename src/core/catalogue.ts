import { z } from "zod";
import type { DatasetDefinition } from "./dataset.ts";
import { InvalidOptionError, UnknownNameError } from "./errors.ts";
import type { GraderDefinition } from "./grader.ts";
import type { MetricDefinition } from "./metric.ts";
import { checkPart, type PartKind } from "./parts.ts";
import type { Strategy } from "./strategy.ts";
import type { VerifierDefinition } from "./verifier.ts";

/** Things of one kind by name, in the order they were added. */
export class Registry<T extends { readonly name: string }> {
  readonly kind: string;
  readonly #entries = new Map<string, T>();

  constructor(kind: string, entries: readonly T[] = []) {
    this.kind = kind;
    for (const entry of entries) this.add(entry);
  }

  /** @throws InvalidOptionError when the name is taken by something else. */
  add(entry: T): void {
    const present = this.#entries.get(entry.name);
    if (present !== undefined && present !== entry) {
      throw new InvalidOptionError(`${this.kind} "${entry.name}"`, "is registered already. Give it another name.");
    }
    this.#entries.set(entry.name, entry);
  }

  /** @throws UnknownNameError with the nearest name and the list. */
  get(name: string): T {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw new UnknownNameError(this.kind, name, this.names);
    return entry;
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  get names(): readonly string[] {
    return [...this.#entries.keys()];
  }

  get all(): readonly T[] {
    return [...this.#entries.values()];
  }
}

/**
 * Verifiers by name. `NAME:TEXT` is the verifier NAME with its `argument` option set to TEXT (`file:my.orm`,
 * `served:math-shepherd`), as a definition of its own, so that it can stand wherever a verifier's name can.
 */
export class VerifierRegistry extends Registry<VerifierDefinition> {
  override get(name: string): VerifierDefinition {
    const at = name.indexOf(":");
    if (at < 0 || this.has(name)) return super.get(name);
    const { argument, ...definition } = super.get(name.slice(0, at));
    if (argument === undefined) {
      throw new InvalidOptionError(
        `verifier "${name}"`,
        `must be "${definition.name}": it takes no text after a colon.`,
      );
    }
    const given = { [argument]: name.slice(at + 1) };
    const options = z.preprocess((rest) => ({ ...given, ...(rest as object | undefined) }), definition.options);
    return { ...definition, name, options };
  }
}

/**
 * Metrics by name. A metric whose name ends in `k` is also found with a number in its place: `pass@8` is `pass@k` with
 * its option `k` set to 8, as a definition of its own.
 */
export class MetricRegistry extends Registry<MetricDefinition> {
  override get(name: string): MetricDefinition {
    const [, stem = "", k] = /^(.*[@^-])([1-9]\d*)$/.exec(name) ?? [];
    if (k === undefined || this.has(name) || !this.has(`${stem}k`)) return super.get(name);
    const definition = super.get(`${stem}k`);
    return { ...definition, name, options: withDefault(definition.options, "k", Number(k)) };
  }
}

/** The same options with another default of one of them. */
function withDefault(options: z.ZodType, name: string, value: number): z.ZodType {
  if (!(options instanceof z.ZodObject)) {
    return z.preprocess((rest) => ({ [name]: value, ...(rest as object | undefined) }), options);
  }
  return options.extend({ [name]: (options.shape[name] as z.ZodType).default(value) });
}

/** The module that a plug-in's strategy, verifier or grader comes from. */
export interface Origin {
  /** As it was named. */
  readonly path: string;
  /** Of its code, with all that it imports: the same hash means the same results. */
  readonly hash: string;
}

/** All that can be named in a command or a file: what is built in, and what plug-ins add. */
export interface Catalogue {
  readonly strategies: Registry<Strategy>;
  readonly verifiers: Registry<VerifierDefinition>;
  readonly datasets: Registry<DatasetDefinition>;
  readonly metrics: Registry<MetricDefinition>;
  readonly graders: Registry<GraderDefinition>;
  /** Of strategies and verifiers that plug-ins added, by name, where their modules are known; see `graderOrigin`. */
  readonly origins?: Map<string, Origin>;
}

/**
 * Adds what a plug-in module exports: every export that is a strategy (has `candidates`), a verifier (has `outcome` or
 * `process`), a dataset (has `load`), a metric (has `compute`) or a grader (has `grade` or `judge`).
 *
 * @param origin its module's code, which the keys of trials that use it depend on.
 * @returns the names that were added.
 * @throws InvalidOptionError when there is nothing of the kind among the exports, one lacks a part, or a name is taken.
 */
export function addPlugin(
  catalogue: Catalogue,
  path: string,
  exported: Readonly<Record<string, unknown>>,
  origin?: Origin,
): string[] {
  const added = addExports(catalogue, exported, origin);
  if (added.length > 0) return added;
  throw new InvalidOptionError(
    `plug-in ${path}:`,
    "must export a value made by defineStrategy, defineVerifier, defineDataset, defineMetric or defineGrader; it exports none.",
  );
}

/** A grader may have the name of a strategy or a verifier. */
const graderKey = (name: string): string => `grader ${name}`;

/** The module that a grader comes from; nothing for one that is built in. */
export const graderOrigin = ({ origins }: Catalogue, name: string): Origin | undefined => origins?.get(graderKey(name));

function kindOf(value: object): PartKind | null {
  if ("candidates" in value) return "strategy";
  if ("outcome" in value || "process" in value) return "verifier";
  if ("load" in value) return "dataset";
  if ("compute" in value) return "metric";
  return "grade" in value || "judge" in value ? "grader" : null;
}

/** The same for a module that need not export anything of the kind. */
export function addExports(
  catalogue: Catalogue,
  exported: Readonly<Record<string, unknown>>,
  origin?: Origin,
): string[] {
  const added: string[] = [];
  for (const value of Object.values(exported)) {
    if (typeof value !== "object" || value === null || !("name" in value) || !("options" in value)) continue;
    const kind = kindOf(value);
    if (kind === null) continue;
    checkPart(kind, value as unknown as Readonly<Record<string, unknown>>);
    if (kind === "strategy") catalogue.strategies.add(value as Strategy);
    else if (kind === "verifier") catalogue.verifiers.add(value as VerifierDefinition);
    else if (kind === "dataset") catalogue.datasets.add(value as DatasetDefinition);
    else if (kind === "metric") catalogue.metrics.add(value as MetricDefinition);
    else catalogue.graders.add(value as GraderDefinition);
    const named = kind === "grader" ? graderKey(String(value.name)) : String(value.name);
    if (origin !== undefined) catalogue.origins?.set(named, origin);
    added.push(String(value.name));
  }
  return added;
}
