import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import type { Expansion, Walk } from "../../../src/core/search.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { Trajectory } from "../../../src/core/trajectory.ts";
import { rounds } from "../../../src/search/rounds.ts";
import {
  type AbMctsState,
  abMcts,
  abMctsWalk,
  betaPosterior,
  gaussianPosterior,
} from "../../../strategies/search/ab-mcts.ts";
import { isSettled, mixedModel } from "../../../strategies/search/ab-mcts-m.ts";
import { noRewards, type Rewards, withReward } from "../../../strategies/search/kit/adaptive-branching.ts";
import { recorded } from "./recorded.ts";

interface Setting {
  readonly case: number;
  readonly rule: string;
  readonly belief: "gaussian" | "beta";
  readonly models: number;
  readonly choose: "thompson" | "ucb";
}

const walkOf = ({ belief, models, choose }: Setting): Walk<AbMctsState> =>
  abMctsWalk(
    parseOptions(abMcts, {
      belief,
      chooseModel: choose,
      models: models === 1 ? [] : Array.from({ length: models }, (_, i) => `m${i}`),
      maxSteps: 99,
      expansions: 1_000_000,
    }),
  );

/** A tree under a walk, node by node, without an engine. */
function planted(walk: Walk<AbMctsState>) {
  const state = rounds(walk).start(Trajectory.root());
  return {
    state,
    next: (random: Random) => {
      const [{ node, model } = { node: 0, model: undefined }] = walk.plan(state, random);
      return { node, model: model === undefined ? 0 : Number(model.slice(1)) };
    },
    make: (parent: number, model: number, score: number) => {
      const number = state.tree.size;
      const trajectory = state.tree.trajectoryOf(parent).extend({ text: `${number}.`, tokens: 1 }, false);
      const child = { trajectory, score, stepScores: [], logprob: null, tokens: 1, answer: null };
      const node = state.tree.add(parent, child, score, true);
      const expansion = { node: parent, kind: "expand", model: `m${model}` } as Expansion;
      walk.absorb(state, [{ expansion, nodes: [node], children: [child], scores: [score] }]);
      return node;
    },
  };
}

describe("AB-MCTS-A beside treequest 0.3.3", () => {
  interface Arms {
    readonly gen: number[];
    readonly cont: number[];
    readonly children: Record<string, number[]>;
  }
  const cases = recorded<Setting & { nodes: number[][]; arms: Record<string, Arms>; asked: Record<string, number> }>(
    "ab-mcts-a-states",
  );

  const parameters = (belief: Setting["belief"], rewards: Rewards = noRewards): number[] => {
    const { a, b } = betaPosterior(rewards);
    const { mean, kappa, nu, tau2 } = gaussianPosterior(rewards);
    return belief === "beta" ? [a, b] : [mean, kappa, nu, tau2];
  };
  const near = (found: number[], expected: number[]) =>
    found.length === expected.length && found.every((value, i) => Math.abs(value - (expected[i] ?? 0)) < 1e-9);

  it("believes the same of every arm, within 1e-9", () => {
    let arms = 0;
    for (const { belief, nodes, arms: expected, ...setting } of cases) {
      const { state, make } = planted(walkOf({ belief, ...setting }));
      for (const [parent = 0, model = 0, score = 0] of nodes) make(parent, model, score);
      for (const [node, { gen, cont, children }] of Object.entries(expected)) {
        const own = state.own;
        expect(near(parameters(belief, own.gen[Number(node)]), gen)).toBe(true);
        expect(near(parameters(belief, own.cont[Number(node)]), cont)).toBe(true);
        for (const [child, arm] of Object.entries(children)) {
          expect(near(parameters(belief, own.below[Number(child)]), arm)).toBe(true);
          arms++;
        }
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(arms).toBeGreaterThan(1000);
  });

  it("asks for the same nodes and models as often", () => {
    const asks = 400;
    let [squares, compared, beyond] = [0, 0, 0];
    for (const { nodes, asked, ...setting } of cases) {
      const { make, next } = planted(walkOf(setting));
      for (const [parent = 0, model = 0, score = 0] of nodes) make(parent, model, score);
      const ours: Record<string, number> = {};
      for (let ask = 0; ask < asks; ask++) {
        const { node, model } = next(new Random(`${setting.case}/${ask}`));
        ours[`${node}/${model}`] = (ours[`${node}/${model}`] ?? 0) + 1;
      }
      for (const key of new Set([...Object.keys(asked), ...Object.keys(ours)])) {
        const [one, other] = [asked[key] ?? 0, ours[key] ?? 0];
        const share = (one + other) / (2 * asks);
        if (one + other < 20 || share === 1) continue;
        const z = (one - other) / Math.sqrt(2 * asks * share * (1 - share));
        expect(Math.abs(z), `case ${setting.case}, ${key}: ${one} to ${other}`).toBeLessThan(5);
        squares += z * z;
        compared++;
        if (Math.abs(z) > 3) beyond++;
      }
    }
    expect(compared).toBeGreaterThan(800);
    // Of normal deviates 0.27 % are beyond 3, and the mean square is 1.
    expect(beyond / compared).toBeLessThan(0.01);
    expect(Math.abs(squares / compared - 1)).toBeLessThan(0.15);
  });

  it("grows trees of the same shape, within 3 standard errors", () => {
    const shapes = recorded<Setting & { size: number; runs: number; mean: number[]; sd: number[] }>("ab-mcts-a-shapes");
    let [squares, compared, beyond] = [0, 0, 0];
    for (const { size, runs, mean, sd, ...setting } of shapes) {
      const own = setting.case === 0 ? 300 : 24;
      const seen = Array.from({ length: own }, (_, run) => shapeOf(setting, size, run));
      for (const [i, expected] of mean.entries()) {
        const values = seen.map((shape) => shape[i] ?? 0);
        const average = values.reduce((sum, value) => sum + value, 0) / own;
        const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (own - 1);
        const spread = Math.max(variance, (sd[i] ?? 0) ** 2);
        if (spread === 0) {
          expect(average).toBe(expected);
          continue;
        }
        const z = (average - expected) / Math.sqrt(spread / own + spread / runs);
        expect(Math.abs(z), `case ${setting.case}, number ${i}: ${average} for ${expected}`).toBeLessThan(5);
        squares += z * z;
        compared++;
        if (Math.abs(z) > 3) beyond++;
      }
    }
    expect(shapes.length).toBeGreaterThanOrEqual(200);
    expect(compared).toBeGreaterThan(600);
    expect(beyond / compared).toBeLessThan(0.01);
    expect(Math.abs(squares / compared - 1)).toBeLessThan(0.2);
  });
});

/** Children of the root, depth, most children of a node, nodes of the last model. */
function shapeOf(setting: Setting, size: number, run: number): number[] {
  const { next, make } = planted(walkOf(setting));
  const [depths, scores, children] = [[0], [Number.NaN], new Map<number, number>()];
  let last = 0;
  for (let made = 1; made <= size; made++) {
    const random = new Random(`${setting.case}/${run}/${made}`);
    const { node, model } = next(random);
    const depth = (depths[node] ?? 0) + 1;
    const score = scoreOf(setting.rule, depth, node === 0 ? null : (scores[node] ?? 0), model, random.fork("score"));
    make(node, model, score);
    depths.push(depth);
    scores.push(score);
    children.set(node, (children.get(node) ?? 0) + 1);
    if (model === setting.models - 1) last++;
  }
  return [children.get(0) ?? 0, Math.max(...depths), Math.max(...children.values()), last];
}

/** The rules of ab_mcts_a.py. */
function scoreOf(rule: string, depth: number, above: number | null, model: number, random: Random): number {
  const shift = 0.1 * model;
  const inside = (score: number) => Math.min(1, Math.max(0, score));
  if (rule === "constant") return 0.5;
  if (rule === "uniform") return inside(random.uniform() * 0.9 + shift);
  if (rule === "deeper-better") return inside(0.3 + 0.12 * (depth - 1) + shift);
  if (rule === "deeper-worse") return inside(0.7 - 0.15 * (depth - 1) + shift);
  if (rule === "coin") return random.uniform() < 0.3 + 2 * shift ? 1 : 0;
  const base = above ?? 0.2 + 0.6 * random.uniform();
  return inside(base + 0.1 * (random.uniform() - 0.5) + shift / 2);
}

describe.each(["ab-mcts-m-package", "ab-mcts-m"])("AB-MCTS-M beside treequest 0.3.3 (%s)", (file) => {
  interface Predicted {
    readonly case: number;
    readonly scores: number[][];
    readonly mean: number[];
    readonly sd: number[];
    readonly error: number[];
    readonly best: number[];
  }
  const all = recorded<Predicted>(file);
  /** Where the package's chains miss the deviation that its own model has, by importance sampling. */
  const model = new Map(recorded<Predicted>("ab-mcts-m").map((each) => [each.case, each]));
  const missed = all.filter(({ case: number, sd }) =>
    model.get(number)?.sd.some((exact, i) => Math.abs((sd[i] ?? 0) / exact - 1) > 0.12),
  );
  const cases = all.filter((each) => !missed.includes(each));

  it("predicts the same scores and picks the same options as often", () => {
    let [compared, beyond] = [0, 0];
    for (const { scores, mean, sd, error, best, case: number } of cases) {
      const groups = [...scores.map((group) => group.reduce(withReward, noRewards)), noRewards];
      const model = mixedModel(groups);
      const random = new Random(`m/${number}`);
      const wins = groups.map(() => 0);
      const draws = 2000;
      for (let i = 0; i < draws; i++) {
        const drawn = groups.map((group) => model.draw(group, random));
        const winner = drawn.indexOf(Math.max(...drawn));
        wins[winner] = (wins[winner] ?? 0) + 1;
      }
      for (const [i, group] of groups.entries()) {
        const { mean: ours, variance } = model.moments(group);
        const z = (ours - (mean[i] ?? 0)) / Math.max(error[i] ?? 0, 1e-3);
        expect(Math.abs(z), `case ${number}, option ${i}: ${ours} for ${mean[i]}`).toBeLessThan(5);
        if (Math.abs(z) > 3) beyond++;
        compared++;
        expect(Math.abs(Math.sqrt(variance) / (sd[i] ?? 1) - 1), `case ${number}, option ${i}`).toBeLessThan(0.08);
        const share = best[i] ?? 0;
        const margin = 5 * Math.sqrt((share * (1 - share) + 0.001) / draws) + 0.01;
        expect(Math.abs((wins[i] ?? 0) / draws - share), `case ${number}, option ${i}`).toBeLessThan(margin);
      }
    }
    expect(cases.length).toBeGreaterThanOrEqual(file === "ab-mcts-m" ? 200 : 30);
    expect(missed.length).toBeLessThanOrEqual(file === "ab-mcts-m" ? 0 : all.length / 10);
    expect(beyond / compared).toBeLessThan(0.01);
  });

  it("leaves a subtree of equal scores", () => {
    const settings = { prune: true, pruneFrom: 4, pruneShare: 0.75 };
    expect(isSettled({ 50: 3 }, settings)).toBe(false);
    expect(isSettled({ 50: 3, 60: 1 }, settings)).toBe(true);
    expect(isSettled({ 50: 3, 60: 2 }, settings)).toBe(false);
    expect(isSettled({ 50: 9 }, { ...settings, prune: false })).toBe(false);
  });
});
