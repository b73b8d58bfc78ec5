import { describe, expect, it } from "vitest";
import { parseOptions } from "../../src/core/strategy.ts";
import { rounds } from "../../src/search/rounds.ts";
import { wordVectors } from "../../strategies/prompting/kit/similarity.ts";
import { dora, doraWalk, sharesOf } from "../../strategies/search/dora.ts";
import { drive, type Toy } from "../search/driver.ts";

describe("the shares of DORA", () => {
  const sharing = { width: 12, balance: 1, likeness: 0.01 };
  const [right, left] = [
    [1, 0],
    [0, 1],
  ];

  it("give a direction as much whether one beam follows it or three", () => {
    const vectors = [right, right, right, left].map((each) => each ?? []);
    expect(sharesOf([0.5, 0.5, 0.5, 0.5], vectors, sharing)).toEqual([2, 2, 2, 6]);
  });

  it("are those of the rewards where no two beams are alike", () => {
    // softmax of 0, ln 2 and ln 3.
    const vectors = [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ];
    expect(sharesOf([0, Math.log(2), Math.log(3)], vectors, sharing)).toEqual([2, 4, 6]);
  });

  it("are none for a beam whose share by reward rounds to none", () => {
    expect(sharesOf([1, 0], [[1, 0], left ?? []], { ...sharing, balance: 0.1 })).toEqual([12, 0]);
  });

  it("count texts that differ in their numbers alone as one direction", () => {
    const vectors = wordVectors(["first 6 times 8", "first 5 times 8", "we draw a circle"]);
    expect(sharesOf([0.5, 0.5, 0.5], vectors, sharing)).toEqual([3, 3, 6]);
  });
});

it("DORA continues so many beams at every depth, until as many have finished", () => {
  const toy: Toy = { branching: 3, depth: 4, score: (text) => (text.endsWith("a") ? 0.9 : 0.5), draw: "random" };
  const search = rounds(doraWalk(parseOptions(dora, { width: 6 })));
  const state = drive(search, toy);
  expect(search.finished(state).reduce((sum, { copies }) => sum + copies, 0)).toBe(6);
});
