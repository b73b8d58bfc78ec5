/**
 * How much of a budget strategies take up: every strategy under 40 budgets with four kinds of verifiers that charge for
 * what they read. Where a run left more than 15 % of its budget though it would have gone on without one, what was left
 * is compared with what the strategy takes at once: a search one draw with its judgement, the others one candidate.
 */
import { builtins } from "../src/builtins.ts";
import type { Budget } from "../src/core/budget.ts";
import type { RunEvent } from "../src/core/events.ts";
import { Random } from "../src/core/random.ts";
import type { Solution } from "../src/core/solution.ts";
import type { Strategy } from "../src/core/strategy.ts";
import { totalCalls, totalTokens } from "../src/core/usage.ts";
import { simulatedPolicy } from "../src/policy/simulated/index.ts";
import {
  charging,
  type RewardKind,
  rewardKinds,
  trySolving,
  withTemplate,
  wordProblems,
} from "../test/contract/setting.ts";

const problems = await wordProblems(8, { seed: "contract" });
const policy = simulatedPolicy({ stepError: 0.25, programError: 0.2, formatError: 0.05 });
const templated = withTemplate(policy);

/** What one run under a budget made of it. */
export interface TakenUp {
  readonly limits: Budget;
  /** Of the limit that was come nearest to. */
  readonly share: number;
  /** Would it have gone on, and was there room for what it takes at once at most? */
  readonly wasted: boolean;
  /** More than the limit, and more than the tolerance of a prompt that nobody could count. */
  readonly over: boolean;
  /** Would it have gone on? */
  readonly more: boolean;
}

interface Amount {
  readonly tokens: number;
  readonly calls: number;
}

const spentBy = ({ usage }: Solution): Amount => ({
  tokens: totalTokens(usage.logical),
  calls: totalCalls(usage.logical),
});

export async function takenUp(strategy: Strategy, kind: RewardKind, budgets = 40): Promise<TakenUp[]> {
  const random = new Random(`budgets/${strategy.name}/${kind}`);
  const found: TakenUp[] = [];
  for (let i = 0; i < budgets; i++) {
    const limits = {
      ...(i % 3 === 1 ? {} : { tokens: 20 + random.integer(2000) }),
      ...(i % 3 === 0 ? {} : { calls: 1 + random.integer(30) }),
    };
    found.push(await oneRun(strategy, kind, limits, i));
  }
  return found;
}

async function oneRun(strategy: Strategy, kind: RewardKind, limits: Budget, seed: number): Promise<TakenUp> {
  const [model, tolerance] = seed % 2 === 0 ? [policy, 0] : [templated, 0.01];
  const problem = problems[seed % problems.length];
  if (problem === undefined) throw new RangeError("there are problems");
  const events: RunEvent[] = [];
  const onEvent = (event: RunEvent) => events.push(event);
  const kept = await trySolving(strategy, problem, model, { verifiers: charging(kind), budget: limits, seed });
  const free = await trySolving(strategy, problem, model, { verifiers: charging(kind), seed, onEvent });
  const [spent, wanted] = [spentBy(kept), spentBy(free)];
  const { tokens = Infinity, calls = Infinity } = limits;
  const more = wanted.tokens > tokens || wanted.calls > calls;
  const share = Math.min(1, Math.max(spent.tokens / tokens, spent.calls / calls));
  const unit = unitOf(strategy, events, free);
  const room = tokens - spent.tokens >= unit.tokens && calls - spent.calls >= unit.calls;
  const over = spent.tokens > (1 + tolerance) * tokens || spent.calls > calls;
  return { limits, share, over, more, wasted: more && room && share < 0.85 };
}

/** What the strategy takes at once at most, by its run without a budget. */
function unitOf({ family }: Strategy, events: readonly RunEvent[], { picks }: Solution): Amount {
  const draw = dearestDraw(events);
  if (family === "search") return draw;
  const most = (kind: keyof Amount) =>
    Math.max(draw[kind], ...picks.map((pick, i) => pick[kind] - (picks[i - 1]?.[kind] ?? 0)));
  return { tokens: most("tokens"), calls: most("calls") };
}

/** What a policy is asked when it judges its own samples. */
const judging: ReadonlySet<string> = new Set(["judge", "step-judge", "value", "discriminate"]);

/** The dearest prompt with its text, and the dearest judging of draws made together, for each of them. */
function dearestDraw(events: readonly RunEvent[]): Amount {
  const judged: { draws: number; tokens: number; calls: number; closed: boolean }[] = [];
  let drawn = 0;
  for (const event of events) {
    if (event.type !== "call-end") continue;
    const { promptTokens, completionTokens, calls } = event.usage[event.role];
    const samples = Math.max(1, event.samples);
    const last = judged.at(-1);
    if (event.role === "policy" && !judging.has(event.purpose)) {
      if (promptTokens > 0) drawn = Math.max(drawn, promptTokens + completionTokens / samples);
      if (last === undefined || last.closed) judged.push({ draws: samples, tokens: 0, calls: 0, closed: false });
      else last.draws += samples;
    } else if (last !== undefined) {
      last.tokens += promptTokens + completionTokens;
      last.calls += calls;
      last.closed = true;
    }
  }
  const most = (kind: keyof Amount) => Math.max(0, ...judged.map((own) => own[kind] / own.draws));
  return { tokens: drawn + most("tokens"), calls: 1 + Math.ceil(most("calls")) };
}

const mean = (values: readonly number[]) => values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);

/** Share of budgets taken up, and runs that left room for more. */
export async function budgetsBench(): Promise<{ name: string; figure: number; unit: string }[]> {
  const rows: { name: string; runs: TakenUp[] }[] = [];
  for (const strategy of builtins().strategies.all) {
    const runs: TakenUp[] = [];
    for (const kind of rewardKinds) runs.push(...(await takenUp(strategy, kind)));
    rows.push({ name: strategy.name, runs });
  }
  const all = rows.flatMap(({ runs }) => runs);
  const more = all.filter((run) => run.more);
  return [
    { name: "runs that a budget ended", figure: more.length, unit: "" },
    { name: "over the budget (bar 0)", figure: all.filter(({ over }) => over).length, unit: "" },
    {
      name: "taken up, where no further draw or candidate had room",
      figure: 100 * mean(more.filter(({ wasted }) => !wasted).map(({ share }) => share)),
      unit: "%",
    },
    { name: "under 85 % with room for more (bar 0)", figure: more.filter(({ wasted }) => wasted).length, unit: "" },
    ...rows.flatMap(({ name, runs }) => {
      const wasted = runs.filter((run) => run.wasted).length;
      return wasted === 0
        ? []
        : [{ name: `  ${name}`, figure: wasted, unit: `of ${runs.filter((run) => run.more).length}` }];
    }),
  ];
}
