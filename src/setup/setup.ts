import type { Catalogue } from "../core/catalogue.ts";
import { UnknownNameError } from "../core/errors.ts";
import { parseOptions, type Selection, type Stopping } from "../core/strategy.ts";
import { selections } from "../engine/picking/named.ts";
import { adaptiveConsistency, atMost, confident, earlyStoppingWindow } from "../engine/picking/stopping.ts";
import type { Verifiers } from "../engine/verifying.ts";
import type { StopSpec, VerifiersSpec } from "./specs.ts";

/** Fresh verifiers for one trial (some remember what they saw). */
export function verifiersOf(spec: VerifiersSpec | null, catalogue: Catalogue): Verifiers {
  if (spec === null) return {};
  const make = (kind: "outcome" | "process") => {
    const wanted = spec[kind];
    if (wanted === undefined) return undefined;
    const definition = catalogue.verifiers.get(wanted.name);
    const verifier = definition[kind]?.(parseOptions(definition, wanted.options));
    if (verifier === undefined) {
      const able = catalogue.verifiers.all.filter((other) => other[kind] !== undefined).map(({ name }) => name);
      throw new UnknownNameError(`${kind} verifier`, wanted.name, able);
    }
    return { name: wanted.name, verifier };
  };
  const outcome = make("outcome") as Verifiers["outcome"];
  const process = make("process") as Verifiers["process"];
  return {
    ...(outcome === undefined ? {} : { outcome }),
    ...(process === undefined ? {} : { process }),
    aggregation: spec.aggregation,
  };
}

export function stoppingOf(spec: StopSpec | null): Stopping | undefined {
  if (spec === null) return undefined;
  const { rule, value } = spec;
  if (rule === "at-most") return atMost(value ?? 16);
  if (rule === "adaptive-consistency") return adaptiveConsistency(value);
  if (rule === "early-stopping-window") return earlyStoppingWindow(value);
  return confident(value);
}

export const selectionOf = (name: string | null): Selection | undefined =>
  name === null ? undefined : selections[name]?.();
