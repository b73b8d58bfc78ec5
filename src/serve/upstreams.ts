import type { Clock } from "../core/clock.ts";
import type { Policy } from "../core/policy.ts";
import type { CallRecord } from "../policy/meter.ts";
import { poolPolicy } from "../policy/pool.ts";
import type { CheckedPolicy } from "../policy/pool-member.ts";
import { stackPolicy } from "../policy/stack.ts";
import type { SampleStore } from "../policy/store/contract.ts";
import type { ServeConfig, UpstreamSpec } from "./config.ts";
import { inTurns, type Turns } from "./turns.ts";

/** A model behind the server, ready to be asked: retried, limited, balanced, failing over. */
export interface Upstream {
  readonly name: string;
  readonly policy: Policy;
  /** Does one of its servers answer? Asks for nothing that costs. Absent where nobody is served. */
  readonly healthy?: () => Promise<boolean>;
}

export interface UpstreamContext {
  /** Opens one model as it is, without wrappers. */
  readonly open: (spec: UpstreamSpec) => Promise<CheckedPolicy>;
  readonly clock: Clock;
  readonly turns: Turns;
  /** Where samples are kept and served again, if that is asked for. */
  readonly store?: SampleStore | undefined;
  /** Hears of every attempt that was made at an upstream. */
  readonly onCall: (upstream: string, record: CallRecord) => void;
  readonly onAttempt: (upstream: string, member: number, failed: boolean) => void;
}

/**
 * Opens all upstreams of a configuration. The wrappers, from the outside: limit → retry → pool with circuit
 * breaking → meter → server. Unless a sample store is asked for, what one caller paid for is never served to another.
 */
export async function openUpstreams(
  config: Pick<ServeConfig, "upstreams" | "upstream">,
  context: UpstreamContext,
): Promise<ReadonlyMap<string, Upstream>> {
  const { concurrency, attempts, baseMs, balance, hedge, breakAfter, coolSeconds, timeoutSeconds } = config.upstream;
  const opened = new Map<string, Upstream>();
  for (const [name, given] of Object.entries(config.upstreams)) {
    const specs = Array.isArray(given) ? given : [given];
    const members = await Promise.all(specs.map((spec) => context.open(withTimeout(spec, timeoutSeconds))));
    const joined = poolPolicy(members, {
      name,
      choice: balance,
      hedge,
      breakAfter,
      coolMs: coolSeconds * 1000,
      clock: context.clock,
      onAttempt: (member, failed) => context.onAttempt(name, member, failed),
    });
    const policy = stackPolicy(joined, {
      concurrency: concurrency ?? joined.capabilities.parallel,
      retry: { attempts, baseMs },
      store: context.store,
      clock: context.clock,
      onCall: (record) => context.onCall(name, record),
    });
    opened.set(name, { name, policy: inTurns(policy, context.turns), healthy: () => anyHealthy(members) });
  }
  return opened;
}

/** A model of this machine is always there. */
async function anyHealthy(members: readonly CheckedPolicy[]): Promise<boolean> {
  const answers = await Promise.all(members.map(({ healthy }) => healthy?.().catch(() => false) ?? true));
  return answers.some((answer) => answer);
}

/** Servers get the configured longest silence unless they have their own. */
function withTimeout(spec: UpstreamSpec, seconds: number): UpstreamSpec {
  const { name, model, options = {} } = typeof spec === "string" ? { name: spec, model: undefined } : spec;
  const served = /^(https?:|openai:)/.test(name);
  if (!served) return spec;
  return { name, model, options: { timeoutMs: seconds * 1000, ...options } };
}
