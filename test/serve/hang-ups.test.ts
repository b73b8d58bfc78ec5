import { describe, expect, it } from "vitest";
import { hangUps } from "./hang-ups.ts";

describe("200 clients that leave at random moments", () => {
  it("leave no upstream request, place or wait behind", async () => {
    const { leaks, cancelled } = await hangUps(200, "suite");
    expect(leaks).toEqual([]);
    expect(cancelled).toBeGreaterThan(50);
  });
});
