import { describe, expect, test } from "vitest";
import { Turns } from "../../src/serve/turns.ts";

/** Keeps the thread for so long. */
function busy(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** Somebody else's work, once in every turn of the event loop. */
function others(order: string[], most: number): void {
  setImmediate(() => {
    order.push("other");
    if (order.length < most) others(order, most);
  });
}

const comesBefore = (order: readonly string[], name: string) => order[order.indexOf(name) - 1];

describe("turns of the event loop", () => {
  test("let others in between pieces of work that follow each other without a pause", async () => {
    const turns = new Turns();
    const order: string[] = [];
    others(order, 20);
    for (const name of ["first", "second", "third"]) {
      await turns.next();
      order.push(name);
      busy(20);
    }
    expect(order.filter((entry) => entry !== "other")).toEqual(["first", "second", "third"]);
    for (const name of ["second", "third"]) expect(comesBefore(order, name)).toBe("other");
  });

  test("those who come when a turn has lasted long get one each, in the order in which they came", async () => {
    const turns = new Turns();
    const order: string[] = [];
    others(order, 20);
    await turns.next();
    busy(20);
    const pieces = ["first", "second", "third"].map(async (name) => {
      await turns.next();
      order.push(name);
    });
    await Promise.all(pieces);
    expect(order.filter((entry) => entry !== "other")).toEqual(["first", "second", "third"]);
    for (const name of ["first", "second", "third"]) expect(comesBefore(order, name)).toBe("other");
  });
});
