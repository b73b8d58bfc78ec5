import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commonLength, emptyStreams } from "../../../src/policy/local/streams.ts";

const holding = (...contents: readonly (readonly number[])[]) => {
  const streams = emptyStreams(contents.length);
  for (const [stream, tokens] of contents.entries()) streams.append(stream, tokens);
  return streams;
};

describe("the prefix registry", () => {
  it("finds the stream with the longest common beginning", () => {
    const streams = holding([1, 2, 3], [1, 2, 4, 5], [9]);
    expect(streams.longest([1, 2, 4, 6])).toEqual({ stream: 1, length: 3 });
    expect(streams.longest([7])).toMatchObject({ length: 0 });
  });

  it("prefers an idle stream among equals, which can be gone on with in place", () => {
    const streams = holding([1, 2], [1, 2]);
    streams.take(0);
    expect(streams.longest([1, 2, 3])).toEqual({ stream: 1, length: 2 });
  });

  it("knows who began what a prompt goes on with: the earliest of several, and nobody for a new one", () => {
    const streams = holding([1, 2, 3, 4], [1, 2, 5], [9, 9]);
    streams.startFrom(0, { arrival: 7, length: 3 });
    streams.startFrom(1, { arrival: 4, length: 2 });
    streams.startFrom(2, { arrival: 1, length: 2 });
    expect(streams.originOf([1, 2, 3, 4, 5])).toEqual({ arrival: 4, length: 2 });
    expect(streams.originOf([1, 2])).toEqual({ arrival: 4, length: 2 });
    expect(streams.originOf([1, 3])).toBeNull();
    streams.copy(0, 2);
    streams.cut(1, 1);
    expect(streams.originOf([1, 2, 3, 8])).toEqual({ arrival: 7, length: 3 });
  });

  it("gives up empty streams first, then what others hold too, then the least used", () => {
    const streams = holding([1, 2, 3, 4], [1, 2, 3], [7, 8, 9], []);
    expect(streams.leastValued()).toBe(3);
    expect(streams.leastValued(new Set([3]))).toBe(1);
    for (const stream of [2, 0]) {
      streams.take(stream);
      streams.leave(stream);
    }
    streams.append(0, [5, 6]);
    streams.copy(0, 1);
    expect(streams.valueIn(1)).toBe(0);
    streams.cut(1, 0);
    streams.append(1, [4]);
    expect(streams.leastValued(new Set([0, 3]))).toBe(1);
  });

  it("never gives up a busy stream", () => {
    const streams = holding([1], [2]);
    streams.take(0);
    expect(streams.leastValued()).toBe(1);
    streams.take(1);
    expect(streams.leastValued()).toBeNull();
  });

  it("keeps a copy apart from its source", () => {
    const streams = holding([1, 2, 3], []);
    streams.copy(0, 1);
    streams.append(0, [4]);
    streams.cut(1, 2);
    expect([streams.tokensOf(0), streams.tokensOf(1)]).toEqual([
      [1, 2, 3, 4],
      [1, 2],
    ]);
  });

  it("measures common beginnings", () => {
    const some = fc.array(fc.nat(3));
    fc.assert(
      fc.property(some, some, (a, b) => {
        const length = commonLength(a, b);
        expect(a.slice(0, length)).toEqual(b.slice(0, length));
        expect(length === a.length || length === b.length || a[length] !== b[length]).toBe(true);
      }),
    );
  });
});
