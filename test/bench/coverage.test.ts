import { describe, expect, it } from "vitest";
import { differenceCandidates, shareCandidates } from "../../bench/coverage/candidates.ts";
import { drawShares, drawSides, trueDifference, worlds } from "../../bench/coverage/worlds.ts";
import { Random } from "../../src/core/random.ts";

const runs = 400;
const noise = 2.6 * Math.sqrt((0.08 * 0.92) / runs);
const last = <Of>(candidates: Readonly<Record<string, Of>>): Of => Object.values(candidates).at(-1) as Of;

describe("the intervals in use hold the truth in at least 92 % of experiments", () => {
  const intervalOf = last(shareCandidates);
  const cells = worlds.flatMap((world) =>
    [5, 30].flatMap((n) => [0.02, 0.5, 0.9].map((share) => ({ world, n, share }))),
  );
  it.each(cells)("share of $share, n = $n, $world.name", ({ world, n, share }) => {
    const random = new Random(`${world.name}/${n}/${share}`);
    let inside = 0;
    for (let r = 0; r < runs; r++) {
      const [low, high] = intervalOf(drawShares(world, n, share, random), world.size * world.seeds);
      expect(high - low).toBeGreaterThan(1e-3);
      if (low <= share && share <= high) inside++;
    }
    expect(inside / runs).toBeGreaterThan(0.92 - noise);
  });

  const differenceOf = last(differenceCandidates);
  const truths = [
    { share: 0.5, lift: 0.2 },
    { share: 0.9, lift: 0 },
  ];
  it.each(worlds.flatMap((world) => truths.map((truth) => ({ world, truth }))))(
    "difference, n = 30, $world.name, share $truth.share, lift $truth.lift",
    ({ world, truth }) => {
      const random = new Random(`${world.name}/${truth.share}`);
      const difference = trueDifference(truth);
      let inside = 0;
      for (let r = 0; r < runs; r++) {
        const [low, high] = differenceOf(drawSides(world, 30, truth, random), world.size);
        if (low <= difference && difference <= high) inside++;
      }
      expect(inside / runs).toBeGreaterThan(0.92 - noise);
    },
  );
});
