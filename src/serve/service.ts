import { randomUUID } from "node:crypto";
import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import { type Ledger, totalCalls, totalTokens } from "../core/usage.ts";
import type { Metrics } from "../policy/telemetry/prometheus.ts";
import { Admission } from "./admission.ts";
import type { Ask } from "./ask.ts";
import type { Calibrations } from "./calibrations.ts";
import type { Commons } from "./commons.ts";
import type { ServeConfig } from "./config.ts";
import { type ApiError, apiErrorOf } from "./errors.ts";
import { type Caller, type KeyRing, openKeyRing } from "./keys.ts";
import { causesOf, type Log } from "./log.ts";
import { settingsAround } from "./model-name.ts";
import { clientLeft, shuttingDown } from "./nothing.ts";
import { checkCalls, type Plan, planOf } from "./plan.ts";
import { Shadow } from "./shadow/shadow.ts";
import type { RequestSpan, Telemetry } from "./telemetry/request-span.ts";
import { type Reply, type ThinkContext, think } from "./think.ts";
import type { TimeOfDay } from "./time-of-day.ts";
import { type RequestTrace, requestTrace } from "./trace.ts";
import type { Turns } from "./turns.ts";
import type { Upstream } from "./upstreams.ts";
import { sumOf } from "./usage.ts";

export interface ServiceParts {
  readonly config: ServeConfig;
  readonly catalogue: Catalogue;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly time: TimeOfDay;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  readonly calibrations: Calibrations;
  readonly turns: Turns;
  readonly commons: Commons;
}

/** Who asks, and how to know that they have left. */
export interface Asker {
  readonly caller: Caller;
  readonly signal: AbortSignal;
  readonly request: Pick<Request, "headers" | "url">;
}

/** A request that has been let in and not yet been answered. */
export interface Job {
  readonly id: string;
  readonly caller: Caller;
  readonly plan: Plan;
  /** Carries the plan out and gives the place free. `onEvent` sees the events of each choice. */
  run(onEvent?: (choice: number, event: RunEvent) => void): Promise<readonly Reply[]>;
  /** The client has left: all work ends at once. */
  leave(): void;
}

/** What the work on one request has to do with. */
interface Work {
  readonly span: RequestSpan;
  readonly caller: Caller;
  readonly endpoint: string;
  readonly halt: AbortController;
  /** Gives its place free. */
  readonly done: () => void;
}

/** A request that has come to its end. */
interface Told {
  readonly plan: Plan;
  readonly caller: Caller;
  readonly endpoint: string;
  readonly id: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly replies: readonly Reply[];
  /** What was billed for it, as far as it is known. */
  readonly spent: Ledger;
  readonly error: unknown;
}

/** What was spent, for the log. Nobody says what a call cost that was broken off: null where that is all there was. */
function amountsOf(spent: Ledger, brokenOff: boolean) {
  const unknown = brokenOff && totalCalls(spent) === 0;
  return unknown ? { calls: null, tokens: null } : { calls: totalCalls(spent), tokens: totalTokens(spent) };
}

/** What one request asks for: several only where it has a list of prompts, in which alone they then differ. */
type Asks = readonly [Ask, ...Ask[]];
type Plans = readonly [Plan, ...Plan[]];

/** All that endpoints share: who may ask, when, with what; the account of it; and a good end. */
export class Service {
  readonly parts: ServiceParts;
  readonly keys: KeyRing;
  readonly admission: Admission;
  /** What answers a share of the requests both ways, where that is asked for. */
  readonly shadow: Shadow | null;
  readonly #active = new Set<AbortController>();
  /** Failures of requests that were counted and logged. */
  readonly #told = new WeakSet<ApiError>();
  #draining = false;

  constructor(parts: ServiceParts) {
    this.parts = parts;
    this.keys = openKeyRing(parts.config.keys, parts.env, parts.time, parts.commons);
    this.admission = new Admission(parts.config.limits, parts.clock, parts.config.redis !== undefined);
    const { metrics, config } = parts;
    this.shadow = config.shadow === undefined ? null : new Shadow(config.shadow, parts);
    metrics.gauge("ruminate_requests_in_work", "Requests being worked on.", () => this.admission.working);
    metrics.gauge("ruminate_requests_waiting", "Requests in the queue.", () => this.admission.waiting);
    metrics.describe("ruminate_requests_total", "Requests by endpoint, strategy, upstream and status.");
    metrics.describe("ruminate_request_seconds", "Time from the first byte of a request to its reply.");
    metrics.describe("ruminate_tokens_total", "Tokens billed by upstreams, by kind.");
    metrics.describe("ruminate_upstream_attempts_total", "Attempts at upstreams by outcome.");
  }

  /**
   * Lets a request in: plans it, waits for a place.
   * @throws ApiError for what cannot be done, 429 and 503 for what cannot be done now; the signal's reason.
   */
  async admit(asks: Asks, { caller, signal, request }: Asker, endpoint: string): Promise<Job> {
    const plans = this.#planned(asks, caller, endpoint, request);
    const span = this.parts.telemetry.begin(plans[0], endpoint, request);
    const halt = new AbortController();
    const leave = () => halt.abort(clientLeft);
    if (signal.aborted) leave();
    signal.addEventListener("abort", leave, { once: true });
    const forget = () => signal.removeEventListener("abort", leave);
    try {
      const giveBack = await this.admission.enter(caller, halt.signal);
      try {
        await plans[0].ask.format?.ready();
      } catch (error) {
        giveBack();
        throw error;
      }
      const done = () => {
        forget();
        giveBack();
      };
      return this.#job(plans, { span, caller, endpoint, halt, done });
    } catch (error) {
      forget();
      span.failed(error);
      throw error;
    }
  }

  #planned([first, ...others]: Asks, caller: Caller, endpoint: string, request: Asker["request"]): Plans {
    try {
      const around = settingsAround(request, this.parts.catalogue);
      const planned = (ask: Ask) => planOf(ask, caller, this.parts, around);
      const plans: Plans = [planned(first), ...others.map(planned)];
      checkCalls(plans, this.parts.config);
      return plans;
    } catch (error) {
      this.parts.telemetry.refused(endpoint, request, error);
      throw error;
    }
  }

  #job(plans: Plans, { span, caller, endpoint, halt, done }: Work): Job {
    const { parts } = this;
    const [plan] = plans;
    const id = `chatcmpl-${randomUUID()}`;
    this.#active.add(halt);
    return {
      id,
      caller,
      plan,
      leave: () => halt.abort(clientLeft),
      run: async (onEvent) => {
        const started = parts.clock.now();
        const trace = this.#traceOf(plan);
        const spent: Ledger[] = [];
        const end = (status: number, replies: readonly Reply[], error: unknown) => {
          const milliseconds = parts.clock.now() - started;
          this.#account(plan, sumOf(spent));
          this.#tell({ plan, caller, endpoint, id, status, milliseconds, replies, spent: sumOf(spent), error });
        };
        try {
          const context: ThinkContext = {
            ...this.#around(caller, halt.signal),
            onEvent: (choice, event) => {
              trace?.take(choice, event);
              onEvent?.(choice, event);
            },
            onSpent: (ledger) => spent.push(ledger),
          };
          const replies = await span.inside(() => think(span.plansOf(plans), context));
          span.done(id, replies);
          this.shadow?.consider(plan, replies);
          end(200, replies, null);
          return replies;
        } catch (error) {
          const failure = apiErrorOf(error);
          const left = halt.signal.reason === clientLeft;
          span.failed(left ? clientLeft : failure);
          end(left ? 499 : failure.status, [], left ? clientLeft : error);
          this.#told.add(failure);
          throw failure;
        } finally {
          await trace?.write(id, (error) => this.troubled("trace-failed", id, error));
          this.#active.delete(halt);
          done();
        }
      },
    };
  }

  #around(caller: Caller, signal: AbortSignal) {
    const { sandbox, clock } = this.parts;
    return { sandbox, clock, within: caller.oneRequest(), signal };
  }

  /** What keeps a request's events, where the request and the configuration ask for it. */
  #traceOf({ ask }: Plan): RequestTrace | null {
    const { traces } = this.parts.config.log;
    return ask.ruminate.trace === true && traces !== undefined ? requestTrace(traces) : null;
  }

  /** Logs what went wrong beside a request's reply. */
  troubled(event: string, id: string, error: unknown): void {
    const { log, time } = this.parts;
    log({ level: "error", event, time: time.seconds(), id, error: causesOf(error) });
  }

  #account(plan: Plan, { policy, verifier }: Ledger): void {
    const { metrics } = this.parts;
    const upstream = plan.upstream.name;
    const prompt = policy.promptTokens + verifier.promptTokens;
    const completion = policy.completionTokens + verifier.completionTokens;
    metrics.add("ruminate_tokens_total", { kind: "prompt", upstream }, prompt);
    metrics.add("ruminate_tokens_total", { kind: "completion", upstream }, completion);
  }

  #tell({ plan, caller, endpoint, id, status, milliseconds, replies, spent, error }: Told): void {
    const { metrics, log, config } = this.parts;
    const labels = { endpoint, strategy: plan.strategy.name, upstream: plan.upstream.name };
    metrics.add("ruminate_requests_total", { ...labels, status: String(status) });
    metrics.observe("ruminate_request_seconds", labels, milliseconds / 1000);
    if (!config.log.requests && error === null) return;
    log({
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      event: "request",
      time: this.parts.time.seconds(),
      id,
      key: caller.name,
      ...labels,
      status,
      milliseconds: Math.round(milliseconds),
      ...amountsOf(spent, status === 499),
      ...(replies[0] && { support: replies[0].evidence.support, stopped: replies[0].evidence.stopped }),
      ...(error !== null && { error: causesOf(error) }),
      ...(config.log.prompts && { messages: plan.ask.messages, replies: replies.map(({ content }) => content) }),
    });
  }

  /** Counts and reports a request that was refused before its work began. */
  turnedAway(endpoint: string, failure: ApiError): void {
    if (this.#told.has(failure)) return;
    const labels = { endpoint, strategy: "", upstream: "", status: String(failure.status) };
    this.parts.metrics.add("ruminate_requests_total", labels);
    if (failure.status < 500) return;
    this.parts.log({
      level: "error",
      event: "failure",
      time: this.parts.time.seconds(),
      endpoint,
      error: causesOf(failure),
    });
  }

  /** Is the server about to end? */
  get draining(): boolean {
    return this.#draining;
  }

  /** Lets nobody in any more, gives those in work some time, then has them return the best they have. */
  async drain(): Promise<void> {
    this.#draining = true;
    this.admission.close();
    const shadow = this.shadow?.close();
    const { clock, config } = this.parts;
    const over = clock.now() + config.limits.drainSeconds * 1000;
    // A request that was let in may still be looking at its format.
    while (this.admission.working + this.#active.size > 0 && clock.now() < over) await clock.sleep(20);
    for (const halt of this.#active) halt.abort(shuttingDown);
    while (this.#active.size > 0 && clock.now() < over + 2000) await clock.sleep(10);
    await shadow;
  }
}
