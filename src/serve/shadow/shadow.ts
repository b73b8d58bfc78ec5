import { createHmac, randomBytes, randomInt } from "node:crypto";
import { appendFile } from "node:fs/promises";
import { compareAnswers } from "../../answer/equal.ts";
import { BudgetScope } from "../../core/budget.ts";
import type { Catalogue } from "../../core/catalogue.ts";
import type { Clock } from "../../core/clock.ts";
import type { Sandbox } from "../../core/execution.ts";
import type { Strategy } from "../../core/strategy.ts";
import { emptyLedger, type Ledger, totalDollars, totalTokens } from "../../core/usage.ts";
import { givenTexts } from "../../engine/given.ts";
import { solve } from "../../engine/solve.ts";
import type { Metrics } from "../../policy/telemetry/prometheus.ts";
import { assemble, solveSetup } from "../../setup/setup.ts";
import type { ServeConfig } from "../config.ts";
import { causesOf, type Log } from "../log.ts";
import { checkCalls, type Plan, type PlanContext, planOf } from "../plan.ts";
import { type Reply, type ThinkContext, think } from "../think.ts";
import { dayOf, type TimeOfDay } from "../time-of-day.ts";
import type { ShadowRecord } from "./record.ts";
import { type ShadowRow, shadowReport } from "./report.ts";

export type ShadowConfig = NonNullable<ServeConfig["shadow"]>;

export interface ShadowParts extends PlanContext {
  readonly catalogue: Catalogue;
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  readonly time: TimeOfDay;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Records of today that are kept for the figures of /metrics. */
const keptToday = 10_000;
/** The name under which the other way of answering is planned. Names of a configuration have no spaces. */
const other = "the other way";

/**
 * Answers a share of the requests the other way too, after the client has its reply: without thinking where it was
 * thought about, with the configured strategy where it was not. What that costs is charged to no key and has a limit of
 * its own; where there is no room for it a request is left out, and when the server ends it is dropped.
 */
export class Shadow {
  readonly #config: ShadowConfig;
  readonly #parts: ShadowParts;
  readonly #end = new AbortController();
  readonly #running = new Set<Promise<void>>();
  readonly #salt = randomBytes(32);
  #today: { readonly day: number; readonly scope: BudgetScope; readonly records: ShadowRecord[] } | null = null;
  #writing: Promise<void> = Promise.resolve();

  constructor(config: ShadowConfig, parts: ShadowParts) {
    this.#config = config;
    this.#parts = parts;
    const { metrics } = parts;
    metrics.describe("ruminate_shadow_requests_total", "Requests answered both ways, and those left out, by outcome.");
    metrics.describe("ruminate_shadow_tokens_total", "Tokens spent on second answers and on checking them.");
    const first = (read: (row: ShadowRow) => number | undefined) => () => {
      const [row] = shadowReport(this.#now().records.map((record) => ({ ...record, ...everywhere })));
      return row === undefined ? Number.NaN : (read(row) ?? Number.NaN);
    };
    metrics.gauge("ruminate_shadow_changed_today", "Share of answers that thinking changed today.", first(changed));
    metrics.gauge("ruminate_shadow_gain_today", "Mean score that thinking gained today.", first(gained));
    metrics.gauge("ruminate_shadow_gain_today_low", "Lower end of its interval.", first(low));
    metrics.gauge("ruminate_shadow_gain_today_high", "Upper end of its interval.", first(high));
  }

  /** Called when a request has its reply. Costs the request nothing: the work begins after it. */
  consider(plan: Plan, replies: readonly Reply[]): void {
    const [reply] = replies;
    const { share, concurrency, strategy } = this.#config;
    if (
      reply === undefined ||
      reply.failure !== null ||
      this.#end.signal.aborted ||
      randomInt(2 ** 31) >= share * 2 ** 31
    )
      return;
    if (plan.strategy.name === this.#parts.config.bare && strategy === undefined) return;
    if (this.#running.size >= concurrency) {
      this.#leftOut("busy");
      return;
    }
    const work = new Promise<void>((resolve) => setImmediate(resolve))
      .then(() => this.#compare(plan, reply))
      .catch((error: unknown) => this.#troubled(error))
      .finally(() => this.#running.delete(work));
    this.#running.add(work);
  }

  /** Resolves when nothing is in work. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
    await this.#writing;
  }

  /** Drops what is in work: nobody waits for it. */
  async close(): Promise<void> {
    this.#end.abort(new Error("the server is shutting down"));
    await this.idle();
  }

  async #compare(plan: Plan, reply: Reply): Promise<void> {
    const { scope } = this.#now();
    const within = new BudgetScope("shadow, one request", {}, scope, "billed");
    const thoughtAbout = plan.strategy.name !== this.#parts.config.bare;
    const second = this.#planned(plan, thoughtAbout);
    const context: ThinkContext = { ...this.#parts, within, signal: this.#end.signal };
    const answers = await think([second], context).catch((error: unknown) => {
      if (this.#end.signal.aborted || scope.remaining().tokens < second.maxTokens) return "limit" as const;
      this.#troubled(error);
      return null;
    });
    if (this.#end.signal.aborted) return this.#leftOut("ended");
    const [said] = answers === "limit" ? [] : (answers ?? []);
    if (answers === "limit" || said?.evidence.stopped === "budget") return this.#leftOut("limit");
    const [thought, plain] = thoughtAbout ? [reply, said] : [said, reply];
    const outcome = said === undefined ? "failed" : sameness(reply, said, plan);
    const judged =
      this.#config.check !== undefined && thought !== undefined && plain !== undefined && outcome !== "same"
        ? await this.#judged(plan, [thought.content, plain.content], within)
        : null;
    if (this.#end.signal.aborted) return this.#leftOut("ended");
    const names = thoughtAbout
      ? [plan.strategy.name, second.strategy.name]
      : [second.strategy.name, plan.strategy.name];
    this.#keep({
      time: this.#parts.time.seconds(),
      thought: names[0] ?? "",
      plain: names[1] ?? "",
      upstream: plan.upstream.name,
      question: createHmac("sha256", this.#salt).update(plan.question.text).digest("hex").slice(0, 16),
      served: thoughtAbout ? "thought" : "plain",
      outcome,
      scores: judged === null ? null : judged.scores,
      checked: this.#config.check !== undefined,
      ...spentOn(thought, plain, judged),
    });
  }

  /** The same request without thinking, or with the configured strategy. */
  #planned({ ask, upstream, answer }: Plan, thoughtAbout: boolean): Plan {
    const { share: _, file: __, check: ___, concurrency: ____, perDay: _____, ...settings } = this.#config;
    const { config } = this.#parts;
    const way = thoughtAbout ? { strategy: config.bare } : settings;
    const models = { [other]: { upstream: upstream.name, roles: {}, answer, ...way } };
    const asked = { ...ask, model: other, ruminate: {}, n: 1, seed: randomInt(2 ** 31) };
    const plan = planOf(asked, nobody, { ...this.#parts, config: { ...config, models } });
    checkCalls([plan], config);
    return plan;
  }

  /** What the check says of both answers, which it sees one by one. */
  async #judged(
    { question, upstream, models, maxTokens }: Plan,
    texts: readonly [string, string],
    within: BudgetScope,
  ) {
    const { catalogue, sandbox, clock } = this.#parts;
    const spec = { strategy: givenTexts as Strategy, options: { texts }, verifiers: { outcome: this.#config.check } };
    const world = { policy: upstream.policy, models, sandbox, clock, within, maxTokens, seed: "shadow" };
    const setup = solveSetup(assemble(spec, catalogue), { ...world, signal: this.#end.signal, onAbort: "return" });
    const { candidates, usage } = await solve(question, setup);
    const [thought = null, plain = null] = candidates.map(({ score }) => score?.value ?? null);
    return { scores: { thought, plain }, usage };
  }

  #now() {
    const day = dayOf(this.#parts.time);
    if (this.#today?.day !== day) {
      this.#today = { day, scope: new BudgetScope("shadow, today", this.#config.perDay, null, "billed"), records: [] };
    }
    return this.#today;
  }

  #keep(record: ShadowRecord): void {
    const { metrics, log } = this.#parts;
    const { thought, plain, upstream, outcome, served, tokens } = record;
    metrics.add("ruminate_shadow_requests_total", { thought, plain, upstream, outcome });
    metrics.add(
      "ruminate_shadow_tokens_total",
      { kind: "answer", upstream },
      tokens[served === "thought" ? "plain" : "thought"],
    );
    metrics.add("ruminate_shadow_tokens_total", { kind: "check", upstream }, tokens.check);
    const { records } = this.#now();
    if (records.length < keptToday) records.push(record);
    const { file } = this.#config;
    if (file === undefined) return;
    this.#writing = this.#writing
      .then(() => appendFile(file, `${JSON.stringify(record)}\n`, { mode: 0o600 }))
      .catch((error: unknown) => {
        log({ level: "error", event: "shadow-failed", time: record.time, error: causesOf(error) });
      });
  }

  #leftOut(why: "busy" | "limit" | "ended"): void {
    const none = { thought: "", plain: "", upstream: "" };
    this.#parts.metrics.add("ruminate_shadow_requests_total", { ...none, outcome: `left out: ${why}` });
  }

  #troubled(error: unknown): void {
    const { log, time } = this.#parts;
    log({ level: "warn", event: "shadow-failed", time: time.seconds(), error: causesOf(error) });
  }
}

/** Who asks: nobody whose key has a limit. */
const nobody = { name: "shadow", config: {} };

/** All routes together, for a gauge that has one number. */
const everywhere = { thought: "", plain: "", upstream: "" };
const changed = (row: ShadowRow) => row.changed?.share;
const gained = (row: ShadowRow) => row.gain?.mean;
const low = (row: ShadowRow) => row.gain?.interval?.low;
const high = (row: ShadowRow) => row.gain?.interval?.high;

/** Do both replies say the same? Unclear where no answer can be read from one of them, and their texts differ. */
function sameness(one: Reply, two: Reply, { question, ask }: Plan): "same" | "changed" | "unclear" {
  if (one.content.trim() === two.content.trim() && one.toolCalls.length + two.toolCalls.length === 0) return "same";
  const [a, b] = [one.evidence.answer, two.evidence.answer];
  if (a === null || b === null) return "unclear";
  if (ask.tools || ask.format !== null) return a === b ? "same" : "changed";
  const { kind, choices } = question;
  const { verdict } = compareAnswers(a, b, { kind, choices });
  return verdict === "equal" ? "same" : verdict === "different" ? "changed" : "unclear";
}

function spentOn(
  thought: Reply | undefined,
  plain: Reply | undefined,
  check: Pick<Reply, "usage"> | null,
): Pick<ShadowRecord, "tokens" | "dollars" | "milliseconds"> {
  const ledger = (one: Pick<Reply, "usage"> | undefined | null) => one?.usage.actual ?? emptyLedger;
  const all = { thought: ledger(thought), plain: ledger(plain), check: ledger(check) };
  const each = (read: (ledger: Ledger) => number) => ({
    thought: read(all.thought),
    plain: read(all.plain),
    check: read(all.check),
  });
  return {
    tokens: each(totalTokens),
    dollars: each(totalDollars),
    milliseconds: {
      thought: thought?.evidence.milliseconds ?? 0,
      plain: plain?.evidence.milliseconds ?? 0,
    },
  };
}
