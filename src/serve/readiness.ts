import type { Clock } from "../core/clock.ts";
import type { Upstream } from "./upstreams.ts";

/** An answer serves for so long: whoever asks often does not make the upstreams be asked often. */
const keptMs = 2000;

export interface Readiness {
  readonly ready: boolean;
  /** By name: does one of its servers answer? */
  readonly upstreams: Readonly<Record<string, boolean>>;
}

/** Asks the upstreams whether they answer; all must. */
export function readinessOf(upstreams: ReadonlyMap<string, Upstream>, clock: Clock): () => Promise<Readiness> {
  let last: { readonly at: number; readonly found: Promise<Readiness> } | null = null;
  const ask = async (): Promise<Readiness> => {
    const all = await Promise.all(
      [...upstreams.values()].map(async ({ name, healthy }) => [name, (await healthy?.()) ?? true] as const),
    );
    return { ready: all.every(([, answers]) => answers), upstreams: Object.fromEntries(all) };
  };
  return () => {
    if (last === null || clock.now() - last.at > keptMs) last = { at: clock.now(), found: ask() };
    return last.found;
  };
}
