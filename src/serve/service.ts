import { randomUUID } from "node:crypto";
import type { Catalogue } from "../core/catalogue.ts";
import type { Clock } from "../core/clock.ts";
import { RuminateError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
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
import { type Plan, planOf } from "./plan.ts";
import { Shadow } from "./shadow/shadow.ts";
import type { RequestSpan, Telemetry } from "./telemetry/request-span.ts";
import { type Reply, type ThinkContext, think } from "./think.ts";
import type { TimeOfDay } from "./time-of-day.ts";
import { type RequestTrace, requestTrace } from "./trace.ts";
import type { Turns } from "./turns.ts";
import type { Upstream } from "./upstreams.ts";
import { usageOf } from "./usage.ts";

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

/** How spans call the end of a request whose client has left. */
const gone = new RuminateError("client_left", "the client has left");

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
    const leave = () => halt.abort(signal.reason ?? new Error("the client has left"));
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
      return this.#job(plans, span, caller, endpoint, halt, () => {
        forget();
        giveBack();
      });
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
      return [planned(first), ...others.map(planned)];
    } catch (error) {
      this.parts.telemetry.refused(endpoint, request, error);
      throw error;
    }
  }

  #job(
    plans: Plans,
    span: RequestSpan,
    caller: Caller,
    endpoint: string,
    halt: AbortController,
    done: () => void,
  ): Job {
    const { parts } = this;
    const [plan] = plans;
    const id = `chatcmpl-${randomUUID()}`;
    this.#active.add(halt);
    return {
      id,
      caller,
      plan,
      leave: () => halt.abort(new Error("the client has left")),
      run: async (onEvent) => {
        const started = parts.clock.now();
        const trace = this.#traceOf(plan);
        try {
          const context: ThinkContext = {
            sandbox: parts.sandbox,
            clock: parts.clock,
            within: caller.oneRequest(),
            signal: halt.signal,
            onEvent: (choice, event) => {
              trace?.take(choice, event);
              onEvent?.(choice, event);
            },
          };
          const replies = await span.inside(() => think(span.plansOf(plans), context));
          span.done(id, replies);
          this.#account(plan, replies);
          this.shadow?.consider(plan, replies);
          this.#tell(plan, caller, endpoint, id, 200, parts.clock.now() - started, replies, null);
          return replies;
        } catch (error) {
          const failure = apiErrorOf(error);
          const status = halt.signal.aborted ? 499 : failure.status;
          span.failed(halt.signal.aborted ? gone : failure);
          this.#tell(plan, caller, endpoint, id, status, parts.clock.now() - started, [], error);
          throw failure;
        } finally {
          await trace?.write(id, (error) => this.#troubled(id, error));
          this.#active.delete(halt);
          done();
        }
      },
    };
  }

  /** What keeps a request's events, where the request and the configuration ask for it. */
  #traceOf({ ask }: Plan): RequestTrace | null {
    const { traces } = this.parts.config.log;
    return ask.ruminate.trace === true && traces !== undefined ? requestTrace(traces) : null;
  }

  #troubled(id: string, error: unknown): void {
    const { log, time } = this.parts;
    log({ level: "error", event: "trace-failed", time: time.seconds(), id, error: causesOf(error) });
  }

  #account(plan: Plan, replies: readonly Reply[]): void {
    const { metrics } = this.parts;
    const usage = usageOf(replies);
    const upstream = plan.upstream.name;
    metrics.add("ruminate_tokens_total", { kind: "prompt", upstream }, usage.prompt_tokens);
    metrics.add("ruminate_tokens_total", { kind: "completion", upstream }, usage.completion_tokens);
  }

  #tell(
    plan: Plan,
    caller: Caller,
    endpoint: string,
    id: string,
    status: number,
    milliseconds: number,
    replies: readonly Reply[],
    error: unknown,
  ): void {
    const { metrics, log, config } = this.parts;
    const labels = { endpoint, strategy: plan.strategy.name, upstream: plan.upstream.name };
    metrics.add("ruminate_requests_total", { ...labels, status: String(status) });
    metrics.observe("ruminate_request_seconds", labels, milliseconds / 1000);
    if (!config.log.requests && error === null) return;
    const usage = usageOf(replies);
    log({
      level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
      event: "request",
      time: this.parts.time.seconds(),
      id,
      key: caller.name,
      ...labels,
      status,
      milliseconds: Math.round(milliseconds),
      calls: usage.ruminate.calls,
      tokens: usage.total_tokens,
      ...(replies[0] && { support: replies[0].evidence.support, stopped: replies[0].evidence.stopped }),
      ...(error !== null && { error: causesOf(error) }),
      ...(config.log.prompts && { messages: plan.ask.messages, replies: replies.map(({ content }) => content) }),
    });
  }

  /** Counts and reports a request that was refused before there was a plan. */
  turnedAway(endpoint: string, failure: ApiError): void {
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
    while (this.#active.size > 0 && clock.now() < over) await clock.sleep(20);
    for (const halt of this.#active) halt.abort(new Error("the server is shutting down"));
    while (this.#active.size > 0 && clock.now() < over + 2000) await clock.sleep(10);
    await shadow;
  }
}
