import { describe, expect, it } from "vitest";
import { pickParticle } from "../../../strategies/search/particle-filter.ts";
import { particleFilter } from "../../search/searches.ts";
import { play, RecordedRandom, recorded, reportsAgreement, sorted, type World } from "./world.ts";

interface Annealed {
  readonly world: World;
  readonly particles: number;
  readonly annealing: string;
  readonly annealBelow: number;
  readonly early: number;
  readonly resampling: string;
  readonly maxSteps: number;
  readonly rounds: readonly string[];
  readonly last: string;
  readonly pick_is: string;
}

describe("entropic particle filtering, beside its_hub", () => {
  it("moves, anneals, resamples and picks the same particles, given the same uniform numbers", () => {
    const cases = recorded<Annealed>("entropic-particles");
    const same = ({ world, rounds, last, pick_is, ...given }: Annealed) => {
      const ours = play(particleFilter(given), world, { random: new RecordedRandom(world.seed) });
      const { tree, own } = ours.state;
      const picked = pickParticle(ours.state, particleFilter(given).finished(ours.state), null);
      return (
        ours.rounds.map(sorted).join("\n") === rounds.map(sorted).join("\n") &&
        own.at.map((node) => tree.trajectoryOf(node).text).join(" ") === last &&
        picked?.trajectory.text === pick_is
      );
    };
    const plain = ({ annealing: _none, ...given }: Annealed) => same({ ...given, annealing: "none" });
    expect(reportsAgreement("entropic particle filtering", cases, same)).toBeGreaterThanOrEqual(0.99);
    // Annealing makes a difference in these worlds.
    expect(reportsAgreement("without annealing", cases, plain)).toBeLessThan(0.8);
  });
});
