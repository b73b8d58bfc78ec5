import { describe, expect, it } from "vitest";
import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Expansion, Search } from "../../../src/core/search.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { highestWayDown } from "../../../strategies/search/alpha-math.ts";
import { puct, uct } from "../../../strategies/search/kit/mcts/simulation.ts";
import { beginnings, decide } from "../../../strategies/search/rstar/mutual-consistency.ts";
import { alphaMath, budgetMcts, planMcts, restMcts, rstar, rstarMath } from "../../search/searches.ts";
import { childAt, driveRecorded, RecordedChoices, recorded, type StepOf, uniform } from "./recorded-trees.ts";

interface Case {
  readonly seed: number;
  readonly simulations: number;
  readonly branching: number;
  readonly c: number;
  readonly depth: number;
  readonly ends: number;
  /** Paths of the nodes that were expanded, in order. */
  readonly order: readonly string[];
  /** Value and visits of the root's children. */
  readonly root: readonly (readonly [number, number])[];
}

const digits = (count: number) => Array.from({ length: count }, (_, i) => String(i));
const paths = (order: readonly Expansion[]) => order.map(({ trajectory }) => trajectory.text);

function expectRoot(
  search: Search<never>,
  state: { tree: { childrenOf(node: number): Iterable<number> } },
  root: Case["root"],
) {
  const own = [...state.tree.childrenOf(0)].map((child) => search.statistics(state as never, child));
  for (const [i, [value, visits]] of root.entries()) {
    expect(own[i]?.visits).toBe(visits);
    if (visits > 0) expect(Math.abs((own[i]?.value ?? Number.NaN) - value)).toBeLessThan(1e-9);
  }
}

/** A tree whose steps end with an answer, end without one, or go on. */
const solving =
  ({ seed, depth, ends }: Case) =>
  (path: string): StepOf => {
    const drawn = uniform(seed, "t", path);
    const answered = drawn < ends || (drawn >= ends * 1.25 && path.length >= depth && drawn < 0.8);
    const silent = !answered && drawn < ends * 1.25;
    return {
      value: uniform(seed, "v", path),
      logprob: Math.log(0.05 + 0.95 * uniform(seed, "p", path)),
      terminal: answered || silent,
      answer: answered ? path : null,
    };
  };

/** Recorded from the authors' classes on the same trees; docs/conformance.md says how. */
describe("tree search beside its original", () => {
  it("alpha-math expands the same nodes, has the same Q and gives the same answer", () => {
    const cases = recorded<Case & { readonly answer: string | null }>("alpha-math");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      const { simulations, branching, c, depth: maxSteps } = one;
      const search = alphaMath({ simulations, branching, exploration: c / 2, maxSteps });
      const { state, order } = driveRecorded(search, ({ trajectory, count }) =>
        digits(count).map((letter) => childAt(trajectory, letter, solving(one))),
      );
      expect(paths(order)).toEqual(one.order);
      expectRoot(search as never, state, one.root);
      expect(highestWayDown(state as never, search.finished(state))?.trajectory.text ?? null).toBe(one.answer);
    }
  });

  it("plan-mcts expands the same plans and has the same Q as CPL", () => {
    const cases = recorded<Omit<Case, "branching">>("cpl");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const { seed, simulations, c, depth, ends, order: expected, root } of cases) {
      // Their nodes at the step limit are expanded once more, into ends without an answer.
      const search = planMcts({ simulations, exploration: c / 2, maxSteps: depth + 1 });
      const step = (path: string): StepOf => {
        const drawn = path.length > depth ? 1 : uniform(seed, "t", path);
        const answered = drawn < ends;
        const value = uniform(seed, "v", path);
        return {
          value: answered ? Math.floor(value * 2) : value,
          logprob: Math.log(0.05 + 0.95 * uniform(seed, "p", path)),
          terminal: drawn < ends * 1.25,
          answer: answered ? path : null,
        };
      };
      const { state, order } = driveRecorded(search, ({ trajectory, count }) =>
        digits(count).map((letter) => childAt(trajectory, letter, step)),
      );
      expect(paths(order)).toEqual(expected);
      expectRoot(search as never, state, root);
    }
  });

  it("rstar-math expands the same nodes, has the same Q and gives the same answer", () => {
    const cases = recorded<Case & { readonly ppm: boolean; readonly answer: string | null }>("rstar-math");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      const { simulations, branching, c, depth: maxSteps, ppm } = one;
      const search = rstarMath({ simulations, branching, exploration: c / 2, maxSteps });
      const about = solving(one);
      const step = (path: string) => (ppm || about(path).terminal ? about(path) : { ...about(path), value: null });
      const { state, order } = driveRecorded(search, ({ trajectory, count }) =>
        digits(count).map((letter) => childAt(trajectory, letter, step)),
      );
      expect(paths(order)).toEqual(one.order);
      expectRoot(search as never, state, one.root);
      const ends = search.finished(state).filter(({ answer }) => answer !== null);
      const best = ends.reduce((a, b) => ((b.value ?? 0) > (a.value ?? 0) ? b : a));
      expect(best.answer).toBe(one.answer);
    }
  });

  it("rest-mcts expands and rolls out the same nodes, has the same V and stops at the same leaf", () => {
    interface RestCase extends Case {
      readonly mix: number;
      readonly roll: number;
      readonly stopAt: number;
      readonly stop: string | null;
    }
    const cases = recorded<RestCase>("rest-mcts");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      const { seed, simulations, branching, c, depth: maxSteps, mix, roll, stopAt } = one;
      const options = {
        simulations,
        branching,
        exploration: c,
        maxSteps,
        mix,
        rolloutSteps: roll,
        stopAt,
        stopOn: "leaves",
      };
      const search = restMcts(options);
      const step = (path: string): StepOf => ({
        value: uniform(seed, "v", path),
        terminal: path.length >= maxSteps || uniform(seed, "t", path) < one.ends,
      });
      const { state, order } = driveRecorded(search, ({ trajectory, kind, count, steps, temperature }) => {
        if (kind === "expand") return digits(count).map((letter) => childAt(trajectory, letter, step));
        if (temperature === 0) return [];
        let child = null;
        let at = trajectory;
        for (let taken = 0; taken < (steps ?? 0) && !at.terminal; taken++) {
          const letter = Math.floor(uniform(seed, "r", trajectory.text, at.text) * branching);
          child = childAt(at, String(letter), step);
          at = child.trajectory;
        }
        return child === null ? [] : [child];
      });
      const before = order.filter(({ temperature }) => temperature !== 0);
      expect(before.map(({ kind, trajectory }) => `${kind === "rollout" ? ">" : ""}${trajectory.text}`)).toEqual(
        one.order,
      );
      expectRoot(search as never, state, one.root);
      expect(state.own.solution < 0 ? null : state.tree.trajectoryOf(state.own.solution).text).toBe(one.stop);
    }
  });

  it("budget-mcts adds the same nodes in the same order and finds the same best answer", () => {
    interface BudgetCase extends Case {
      readonly samples: number;
      readonly kappa: number;
      readonly lambda: number;
      readonly budget: number;
      readonly answer: string | null;
    }
    const cases = recorded<BudgetCase>("budget-mcts");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      const { seed, samples, c, kappa, lambda, budget, depth: maxSteps, ends } = one;
      const options = { branching: samples, exploration: Math.sqrt(c), depthWeight: kappa, spreadWeight: lambda };
      const search = budgetMcts({ ...options, simulations: 1_000_000, maxSteps }, budget);
      const step = (path: string): StepOf => ({
        value: uniform(seed, "v", path),
        terminal: path.length >= maxSteps || uniform(seed, "t", path) < ends,
        tokens: 10 + Math.floor(50 * uniform(seed, "c", path)),
      });
      const added: string[] = [];
      driveRecorded(search, ({ trajectory, count, drawn }) => {
        const children = digits(count).map((_, i) => childAt(trajectory, letterAt(drawn + i), step));
        added.push(...children.map((child) => child.trajectory.text));
        return children;
      });
      // Theirs stops in the middle of an expansion, ours after it; and no case has more than 120 nodes.
      expect(added.slice(0, one.order.length)).toEqual(one.order);
      if (one.order.length < 120) expect(added.length - one.order.length).toBeLessThan(samples);
    }
  });

  it("rstar expands the same nodes, ends its rollouts at the same leaves and has the same Q", () => {
    interface RstarCase extends Case {
      readonly schedule: "const" | "lin" | "exp";
      readonly picks: readonly number[];
      readonly leaves: readonly string[];
    }
    const cases = recorded<RstarCase>("rstar");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      const { seed, simulations, c, depth, ends } = one;
      const schedule = { const: "constant", lin: "linear", exp: "exponential" }[one.schedule];
      const search = rstar({ simulations, exploration: c, schedule, maxSteps: depth });
      const step = (path: string): StepOf => {
        const terminal = uniform(seed, "t", path) < ends;
        return { value: terminal ? uniform(seed, "v", path) : null, terminal };
      };
      const { state, order } = driveRecorded(
        search,
        ({ trajectory }) => {
          const kids = 2 + Math.floor(5 * uniform(seed, "k", trajectory.text));
          return digits(kids).map((letter) => childAt(trajectory, letter, step));
        },
        new RecordedChoices(one.picks),
      );
      expect(paths(order)).toEqual(one.order);
      const sums = [...state.tree.childrenOf(0)].map((child) => search.statistics(state, child));
      for (const [i, [sum, visits]] of one.root.entries()) {
        expect(sums[i]?.visits).toBe(visits);
        if (visits > 0) expect(Math.abs((sums[i]?.value ?? Number.NaN) * visits - sum)).toBeLessThan(1e-9);
      }
    }
  });
});

describe("rules of tree searches beside their original", () => {
  it("uct has the numbers of treequest's standard search, whose prior multiplies c", () => {
    const cases = recorded<readonly [number, number, number, number, number]>("uct");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const [value, above, visits, c, bound] of cases) {
      expect(Math.abs(uct(value, above, visits, c) - bound)).toBeLessThan(1e-9);
    }
  });

  it("puct has the numbers of CPL's", () => {
    const cases = recorded<readonly [number, number, number, number, number, number]>("puct");
    expect(cases.length).toBeGreaterThanOrEqual(200);
    for (const [value, prior, above, visits, c, bound] of cases) {
      expect(Math.abs(puct(value, prior, above, visits, c) - bound)).toBeLessThan(1e-9);
    }
  });

  it("rstar's mutual consistency has the same winner and cuts solutions at the same words", () => {
    interface Solutions {
      /** Answer, reward of each time that it was sampled, and whether it survives. */
      readonly solutions: readonly (readonly [string, readonly number[], boolean])[];
      readonly winner: string;
    }
    type Cut = { readonly text: string; readonly prefixes: number; readonly beginnings: readonly number[] };
    const cases = recorded<Solutions | Cut>("mutual-consistency");
    const chosen = cases.filter((one) => "winner" in one);
    expect(chosen.length).toBeGreaterThanOrEqual(200);
    for (const one of cases) {
      if ("beginnings" in one) {
        expect(beginnings(one.text, one.prefixes).map(({ length }) => length)).toEqual(one.beginnings);
        continue;
      }
      const picked = decide(
        one.solutions.map(([answer, rewards, survives], i) => ({
          survives,
          members: rewards.map((value, j) => candidate(answer, value, 10 * i + j)),
        })),
        (answers) => answers.map((answer) => answer.charCodeAt(0)),
      );
      // Where nothing survives the interim pick stands, which is not made here.
      if (picked === null) expect(one.solutions.some(([, , survives]) => survives)).toBe(false);
      else expect(picked.answer).toBe(one.winner);
    }
  });
});

const candidate = (answer: string, value: number, index: number): ScoredCandidate => ({
  ...{ trajectory: Trajectory.root(), text: "", complete: true, score: null },
  ...{ answer: { text: answer, rule: "boxed" }, value, index },
});

const letterAt = (i: number) => `${"abcdefghijklmnopqrstuvwxyz"[i % 26]}${i < 26 ? "" : String(Math.floor(i / 26))}`;
