import { describe, expect, it } from "vitest";
import { type Aggregation, aggregate } from "../../../src/core/score.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { rounds as machine } from "../../../src/search/rounds.ts";
import { dvts, dvtsWalk } from "../../../strategies/search/dvts.ts";
import { pickParticle } from "../../../strategies/search/particle-filter.ts";
import { sharesFrom, valueFrom } from "../../../strategies/search/tree-of-thoughts.ts";
import { beam, bestFirst, particleFilter, rebase, thoughtsBreadthFirst } from "../../search/searches.ts";
import {
  agreement,
  counted,
  play,
  RecordedRandom,
  recorded,
  reportsAgreement,
  scoreIn,
  sorted,
  uniform,
  type World,
} from "./world.ts";

const aggregations: Readonly<Record<string, Aggregation>> = { last: "last", min: "min", prod: "product" };
const aggregationOf = ({ aggregation }: { readonly aggregation: string }) => aggregations[aggregation] ?? "last";

/** The aggregate of a text's step scores. */
function valueIn({ world, ...given }: { readonly world: World; readonly aggregation: string }, text: string): number {
  const steps = [...text].map((_, i) => ({ value: scoreIn(world, text.slice(0, i + 1)) }));
  return aggregate(steps, aggregationOf(given)).value ?? Number.NaN;
}

interface Beamed {
  readonly world: World;
  readonly width: number;
  readonly m: number;
  readonly aggregation: string;
  readonly lookahead: number;
  readonly duplicates: "one" | "each";
  /** Does the original keep the best n of what finished, or the first n? */
  readonly sort: boolean;
  readonly rounds: readonly string[];
  readonly done: string;
  readonly pick: string;
}

describe.each(["beam-search", "lookahead"])("%s, beside search-and-learn", (method) => {
  const cases = recorded<Beamed>(method);
  const playCase = (each: Beamed) => {
    const { width, m: branching, lookahead, duplicates } = each;
    return play(beam({ width, branching, lookahead, duplicates, aggregation: aggregationOf(each) }), each.world);
  };
  const sameSearch = (each: Beamed) => {
    const { rounds, done } = playCase(each);
    return rounds.join("\n") === each.rounds.join("\n") && counted(done) === sorted(each.done);
  };
  const samePick = (each: Beamed) => {
    const best = Math.max(...playCase(each).done.map((text) => valueIn(each, text)));
    return best === valueIn(each, each.pick);
  };

  it("grows the same texts as often in every round, and finishes the same", () => {
    expect(reportsAgreement(`${method}: rounds and ends`, cases, sameSearch)).toBeGreaterThanOrEqual(0.99);
  });

  it("picks as well as the original where that keeps the best of what finished, else no worse", () => {
    const best = cases.filter(({ sort }) => sort);
    expect(reportsAgreement(`${method}: picks`, best, samePick)).toBeGreaterThanOrEqual(0.99);
    const first = cases.filter(({ sort }) => !sort);
    expect(reportsAgreement(`${method}: picks from the first n`, first, samePick)).toBeGreaterThan(0.8);
  });
});

interface Competing {
  readonly world: World;
  readonly width: number;
  readonly branching: number;
  readonly duplicates: "one" | "each";
  readonly rounds: readonly string[];
  readonly kept: string;
  readonly pick: string;
}

describe("beam search with finished beams in competition, beside OVM's value beam", () => {
  const cases = recorded<Competing>("value-beam");
  const same = ({ world, width, branching, duplicates, rounds, kept, pick }: Competing) => {
    const search = beam({ width, branching, duplicates, finished: "compete" });
    const played = play(search, world);
    const texts = played.state.own.kept.map((node) => played.state.tree.trajectoryOf(node).text);
    const best = texts.reduce((a, b) => (scoreIn(world, b) > scoreIn(world, a) ? b : a));
    const grown = rounds.filter((round) => round !== "");
    return (
      played.rounds.map(sorted).join("\n") === grown.map(sorted).join("\n") &&
      counted(texts) === sorted(kept) &&
      best === pick
    );
  };

  it("grows, keeps and picks the same", () => {
    const one = cases.filter(({ duplicates }) => duplicates === "one");
    expect(one.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement("value beam", one, same)).toBeGreaterThanOrEqual(0.99);
  });

  it("has a finished beam once, where theirs has a copy of it for every continuation unless texts are made distinct", () => {
    const each = cases.filter(({ duplicates }) => duplicates === "each");
    expect(reportsAgreement("value beam, copies kept", each, same)).toBeGreaterThan(0.5);
  });

  it("offers all that finished, the best of which scores as high as the pick, or higher", () => {
    const samePick = ({ world, width, branching, pick }: Competing) => {
      const { done } = play(beam({ width, branching, duplicates: "one", finished: "compete" }), world);
      const best = Math.max(...done.map((text) => scoreIn(world, text)));
      expect(best).toBeGreaterThanOrEqual(done.includes(pick) ? scoreIn(world, pick) : 0);
      return best === scoreIn(world, pick);
    };
    const one = cases.filter(({ duplicates }) => duplicates === "one");
    expect(reportsAgreement("value beam: picks", one, samePick)).toBeGreaterThan(0.7);
  });
});

interface Treed extends Omit<Beamed, "done" | "duplicates" | "sort"> {
  readonly siblings: string;
}

describe("dvts, beside search-and-learn", () => {
  const cases = recorded<Treed>("dvts");
  const playCase = (each: Treed) => {
    const { width: trees, m: branching, lookahead } = each;
    return play(
      machine(dvtsWalk(parseOptions(dvts, { trees, branching, lookahead })), aggregationOf(each)),
      each.world,
    );
  };

  it("grows the same texts as often in every round", () => {
    const same = (each: Treed) => playCase(each).rounds.join("\n") === each.rounds.join("\n");
    expect(reportsAgreement("dvts: rounds", cases, same)).toBeGreaterThanOrEqual(0.99);
  });

  it("offers the finished siblings of the last steps, and more; picks differ by those alone", () => {
    // Where lookahead judges, the published pick reads the end of the rollout, also of an unfinished sibling.
    const plain = cases.filter(({ lookahead }) => lookahead === 0);
    const bestOf = (each: Treed, texts: readonly string[]) => Math.max(...texts.map((text) => valueIn(each, text)));
    const siblings = (each: Treed) => each.siblings.split(" ").map((text) => text.replace(/\d+$/, ""));
    const finished = (each: Treed) => siblings(each).filter((text) => playCase(each).done.includes(text));
    const samePick = (each: Treed) => bestOf(each, playCase(each).done) === valueIn(each, each.pick);
    const { others } = agreement(plain, samePick);
    const explained = (each: Treed) =>
      !finished(each).includes(each.pick) || bestOf(each, playCase(each).done) > bestOf(each, finished(each));
    expect(reportsAgreement("dvts: picks", plain, samePick)).toBeGreaterThan(0.8);
    expect(others.filter((each) => !explained(each))).toEqual([]);
  });
});

interface Balanced {
  readonly world: World;
  readonly width: number;
  readonly balance: number;
  readonly keep: number;
  readonly rounds: readonly string[];
  readonly done: string;
  /** The same in single precision, as the authors run it; null where nothing differs. */
  readonly single: { readonly rounds: readonly string[]; readonly done: string } | null;
}

describe("rebase, beside the authors' code", () => {
  const cases = recorded<Balanced>("rebase");
  const same = ({ world, width, balance, keep }: Balanced, { rounds, done }: Pick<Balanced, "rounds" | "done">) => {
    const ours = play(rebase({ width, balance, keep }), world);
    return ours.rounds.map(sorted).join("\n") === rounds.map(sorted).join("\n") && counted(ours.done) === sorted(done);
  };

  it("hands out the same at every depth, by their rule in exact arithmetic", () => {
    expect(reportsAgreement("rebase: exact", cases, (each) => same(each, each))).toBeGreaterThanOrEqual(0.99);
  });

  it("differs from their single-precision sums where those round an exact share up to the next", () => {
    const single = (each: Balanced) => same(each, each.single ?? each);
    expect(reportsAgreement("rebase: single precision", cases, single)).toBeGreaterThan(0.85);
    const handedOut = (round: string) => round.split(" ").reduce((sum, each) => sum + Number(/\d+/.exec(each)), 0);
    const tooMany = cases.filter(({ single, width }) => single?.rounds.some((round) => handedOut(round) > width));
    expect(tooMany.length).toBeGreaterThan(0);
  });
});

interface Expanded {
  readonly world: World;
  readonly branching: number;
  readonly expansions: number;
  readonly expanded: string;
}

describe("best-first, beside treequest", () => {
  const cases = recorded<Expanded>("best-first");
  const same = ({ world, branching, expansions, expanded }: Expanded) => {
    const { rounds } = play(bestFirst({ branching, expansions, maxSteps: 99 }), world);
    return rounds.map((round) => round.replace(/\d+$/, "")).join(" ") === expanded;
  };

  it("expands the same nodes in the same order, where scores and texts are distinct", () => {
    const plain = cases.filter(({ world }) => world.distinct && world.levels === 0);
    expect(plain.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement("best-first", plain, same)).toBeGreaterThanOrEqual(0.99);
  });

  it("goes down where scores tie, and takes siblings that say the same for one", () => {
    const tied = cases.filter(({ world }) => world.distinct && world.levels > 0);
    expect(reportsAgreement("best-first: 4 levels of scores", tied, same)).toBeGreaterThan(0.2);
    const alike = cases.filter(({ world }) => !world.distinct && world.levels === 0);
    expect(reportsAgreement("best-first: 26 texts with repetition", alike, same)).toBeGreaterThan(0.6);
  });
});

interface Thought {
  readonly world: World;
  readonly width: number;
  readonly branching: number;
  readonly votes: number;
  readonly steps: number;
  readonly judge: "value" | "vote";
  readonly kept: readonly string[];
}

describe.each(["value", "vote"])("tree of thoughts by %s, beside the authors' breadth-first search", (judge) => {
  const cases = recorded<Thought>("tree-of-thoughts").filter((each) => each.judge === judge);
  const words = ["impossible", "likely", "sure"];
  function scoresOf({ world: { seed }, votes }: Thought) {
    const replies = (reply: (index: number) => string) => Array.from({ length: votes }, (_, index) => reply(index));
    const word = (text: string, index: number) => words[Math.floor(uniform(`v/${seed}/${text}/${index}`) * 3)];
    return (texts: readonly string[]) => {
      if (judge === "value") {
        return (text: string) => valueFrom(replies((i) => `It may be sure to fail.\n${word(text, i)}`)).value;
      }
      const vote = (index: number) => 1 + Math.floor(uniform(`b/${seed}/${texts.join(" ")}/${index}`) * texts.length);
      const shares = sharesFrom(
        replies((i) => `Number 1 is plain.\nThe best choice is ${vote(i)}`),
        texts.length,
      );
      return (text: string) => shares[texts.indexOf(text)]?.value ?? null;
    };
  }
  const same = (each: Thought) => {
    const { width, branching, steps, world } = each;
    const search = thoughtsBreadthFirst({ width, branching, judge, maxSteps: steps });
    const { rounds, state } = play(search, world, { scoresOf: scoresOf(each) });
    const grown = rounds.slice(1).map((round) => round.replace(/\d+/g, ""));
    const last = state.own.kept.map((node) => state.tree.trajectoryOf(node).text).join(" ");
    return [...grown, last].join("\n") === each.kept.join("\n");
  };

  it("keeps the same states in the same order, where thoughts are distinct", () => {
    const distinct = cases.filter(({ world }) => world.distinct);
    expect(distinct.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement(`tree of thoughts: ${judge}`, distinct, same)).toBeGreaterThanOrEqual(0.99);
  });

  it("takes thoughts that say the same for one", () => {
    const alike = cases.filter(({ world }) => !world.distinct);
    expect(reportsAgreement(`tree of thoughts: ${judge}, 3 texts with repetition`, alike, same)).toBeGreaterThan(0.2);
  });
});

interface Filtered {
  readonly world: World;
  readonly particles: number;
  readonly iterations: number;
  readonly pick: "argmax" | "sample";
  readonly references: number;
  readonly rounds: readonly string[];
  readonly last: string;
  readonly weights: readonly number[];
  readonly pick_is: string;
}

describe.each([
  ["the particle filter", (each: Filtered) => each.iterations === 1],
  ["particle Gibbs", (each: Filtered) => each.iterations > 1],
] as const)("%s, beside its_hub", (name, chosen) => {
  const cases = recorded<Filtered>("particle-filter").filter(chosen);

  it("moves, resamples, weighs, remembers and picks the same particles, given the same uniform numbers", () => {
    const same = ({ world, particles, iterations, pick, ...expected }: Filtered) => {
      const random = new RecordedRandom(world.seed);
      const references = Math.max(1, expected.references);
      const search = particleFilter({ particles, iterations, references });
      const { rounds, state } = play(search, world, { random });
      const { tree, own } = state;
      const last = [...own.at, ...own.references.map((path) => path.at(-1) ?? 0)];
      // The original draws references after its last iteration too.
      for (let drawn = 0; drawn < expected.references; drawn++) random.uniform();
      const picked = pickParticle(state, search.finished(state), pick === "sample" ? random : null);
      const odds = last.map((node) => tree.score.at(node) / (1 - tree.score.at(node)));
      return (
        rounds.map(sorted).join("\n") === expected.rounds.map(sorted).join("\n") &&
        last.map((node) => tree.trajectoryOf(node).text).join(" ") === expected.last &&
        odds.every((each, i) => Math.abs(Math.log(each) - (expected.weights[i] ?? 0)) < 1e-9) &&
        picked?.trajectory.text === expected.pick_is
      );
    };
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(reportsAgreement(name, cases, same)).toBeGreaterThanOrEqual(0.99);
  });
});
