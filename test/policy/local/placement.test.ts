import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placementOn } from "../../../src/policy/local/placement.ts";
import { emptyStreams } from "../../../src/policy/local/streams.ts";
import { toyDecoder } from "./toy-decoder.ts";

/** A placement whose streams' tokens are evaluated by hand. */
function placing(count: number) {
  const decoder = toyDecoder({ streams: count });
  const streams = emptyStreams(count);
  const counts = { copies: 0, copiedTokens: 0, reusedTokens: 0 };
  const evaluate = async (stream: number, tokens: readonly number[]) => {
    const position = streams.tokensOf(stream).length;
    await decoder.evaluate([{ stream, position, tokens, read: false }]);
    streams.append(stream, tokens);
  };
  return { decoder, streams, counts, placement: placementOn(decoder, streams, counts), evaluate };
}

describe("placement", () => {
  it("goes on in the finished stream that holds the prompt, without a copy", async () => {
    const { placement, streams, counts, evaluate } = placing(4);
    const first = await placement.place([1, 2, 3, 4, 5, 6]);
    await evaluate(first.stream, [1, 2, 3, 4, 5, 6]);
    streams.leave(first.stream);
    expect(await placement.place([1, 2, 3, 4, 5, 6, 7])).toEqual({ stream: first.stream, kept: 6 });
    expect(counts).toEqual({ copies: 0, copiedTokens: 0, reusedTokens: 6 });
  });

  it("copies from a stream that is busy, and leaves the last token to evaluate", async () => {
    const { placement, decoder, counts, evaluate } = placing(4);
    const first = await placement.place([1, 2, 3, 4, 5, 6]);
    await evaluate(first.stream, [1, 2, 3, 4, 5, 6]);
    const second = await placement.place([1, 2, 3, 4, 5, 6]);
    expect(second.kept).toBe(5);
    expect(second.stream).not.toBe(first.stream);
    expect(decoder.held[second.stream]).toEqual([1, 2, 3, 4, 5]);
    expect(counts.copies).toBe(1);
  });

  it("moves the outer streams into the gaps that finished ones leave, with what they hold", async () => {
    const { placement, decoder, streams, evaluate } = placing(8);
    const taken: number[] = [];
    for (let i = 0; i < 5; i++) {
      const { stream } = await placement.place([10 + i, 1, 2, 3, 4]);
      await evaluate(stream, [10 + i, 1, 2, 3, 4]);
      taken.push(stream);
    }
    const [, second = 0, , fourth = 0] = taken.toSorted((a, b) => a - b);
    streams.leave(second);
    streams.leave(fourth);
    const before = taken.filter(streams.isBusy).map((stream) => decoder.held[stream]?.join());
    await placement.closeGaps();
    const busy = decoder.held.map((_, stream) => stream).filter(streams.isBusy);
    expect(busy).toHaveLength(3);
    expect(Math.max(...busy) - Math.min(...busy)).toBe(2);
    expect(busy.map((stream) => decoder.held[stream]?.join()).sort()).toEqual(before.sort());
  });

  it("always agrees with the decoder about what each stream holds", async () => {
    const action = fc.record({ kind: fc.constantFrom("place", "fork", "leave", "close"), pick: fc.nat(20) });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 40 }), async (actions) => {
        const { placement, decoder, streams, evaluate } = placing(6);
        for (const { kind, pick } of actions) {
          const busy = decoder.held.map((_, stream) => stream).filter(streams.isBusy);
          const some = busy[pick % Math.max(1, busy.length)];
          if (kind === "place" && busy.length < 4) {
            const target = [1, 2, 3, 4, 5, pick % 3, pick % 5, pick];
            const { stream, kept } = await placement.place(target);
            expect(decoder.held[stream]).toEqual(target.slice(0, kept));
            await evaluate(stream, target.slice(kept));
          } else if (kind === "fork" && some !== undefined && busy.length < 4) {
            expect(decoder.held[await placement.fork(some)]).toEqual(decoder.held[some]);
          } else if (kind === "leave" && some !== undefined) streams.leave(some);
          else if (kind === "close") await placement.closeGaps();
          for (const [stream, tokens] of decoder.held.entries()) expect(streams.tokensOf(stream)).toEqual(tokens);
        }
      }),
      { numRuns: 200 },
    );
  });
});
