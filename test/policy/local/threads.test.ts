import { describe, expect, it } from "vitest";
import { fixedThreads, learntThreads } from "../../../src/policy/local/threads.ts";

/** Runs batches that take as long as `cost` says of the threads, and returns how often each number was used. */
function used(threads: ReturnType<typeof learntThreads>, batches: number, cost: (threads: number) => number) {
  const counts = new Map<number, number>();
  for (let i = 0; i < batches; i++) {
    const { now } = threads;
    counts.set(now, (counts.get(now) ?? 0) + 1);
    threads.took(1, cost(now));
  }
  return counts;
}

describe("the number of threads", () => {
  it("comes to all processors where they help", () => {
    const counts = used(learntThreads(8), 100, (threads) => 100 / threads);
    expect(counts.get(8)).toBeGreaterThan(90);
  });

  it("stays at half of them where more hinder, and looks ever more rarely", () => {
    const counts = used(learntThreads(2), 1000, (threads) => (threads === 2 ? 1000 : 100));
    expect(counts.get(2)).toBeLessThanOrEqual(4);
  });

  it("goes back at once when other work comes", () => {
    const threads = learntThreads(2);
    used(threads, 100, (count) => 100 / count);
    expect(threads.now).toBe(2);
    expect(used(threads, 50, (count) => (count === 2 ? 1000 : 100)).get(2)).toBeLessThanOrEqual(6);
  });

  it("comes to all processors while the batches grow by a row at a time", () => {
    const threads = learntThreads(2);
    const late: number[] = [];
    for (let rows = 1; rows <= 60; rows++) {
      const { now } = threads;
      if (rows > 40) late.push(now);
      threads.took(rows, (rows * 100) / now);
    }
    expect(late.filter((count) => count === 2).length).toBeGreaterThanOrEqual(18);
  });

  it("judges no batch by one that is nothing like it", () => {
    const threads = learntThreads(2);
    for (let i = 0; i < 4; i++) threads.took(1, 10);
    threads.took(32, 200);
    expect(threads.now).toBe(1);
  });

  it("is the given one where it is given, and one where there is one", () => {
    expect(fixedThreads(3).now).toBe(3);
    expect(learntThreads(1).now).toBe(1);
  });
});
