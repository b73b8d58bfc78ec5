import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { roomFor } from "../../../src/policy/local/room.ts";

const mebibyte = 2 ** 20;
const gibibyte = 2 ** 30;
/** Of the 1.5B default model: 28 KB for each of 2,048 tokens. */
const stream = 56 * mebibyte;
const most = { sequences: "most", kept: "most" } as const;

describe("room for streams", () => {
  it("is what any machine has, and more where a quarter of the free memory holds more", () => {
    expect(roomFor(stream, 2 * gibibyte, most)).toEqual({ sequences: 16, kept: 16 });
    expect(roomFor(stream, 10 * gibibyte, most)).toEqual({ sequences: 29, kept: 16 });
    expect(roomFor(stream, 16 * gibibyte, most)).toEqual({ sequences: 48, kept: 25 });
    expect(roomFor(stream, 64 * gibibyte, most)).toEqual({ sequences: 48, kept: 48 });
  });

  it("is what was asked for", () => {
    expect(roomFor(stream, 64 * gibibyte, { sequences: 4, kept: 2 })).toEqual({ sequences: 4, kept: 2 });
    expect(roomFor(stream, gibibyte, { ...most, sequences: 64 })).toEqual({ sequences: 64, kept: 16 });
    expect(roomFor(stream, gibibyte, { ...most, kept: 192 })).toEqual({ sequences: 16, kept: 192 });
  });

  it("beyond the least takes no more than a quarter of the free memory", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (streamMiB, freeGiB) => {
        const { sequences, kept } = roomFor(streamMiB * mebibyte, freeGiB * gibibyte, most);
        const least = sequences === 16 && kept === 16;
        expect(least || (sequences + kept) * streamMiB * mebibyte <= (freeGiB * gibibyte) / 4).toBe(true);
      }),
    );
  });
});
