import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BudgetScope, needOfSamples, type SampleNeed } from "../../src/core/budget.ts";
import { BudgetExceededError } from "../../src/core/errors.ts";

const need = (parts: Partial<SampleNeed> = {}) =>
  needOfSamples({ n: 1, promptTokens: 10, sharedPrompt: true, maxTokens: 100, price: () => 0, ...parts });
const spent = (tokens: number, calls = 1) => ({ tokens, calls, dollars: 0 });

describe("BudgetScope", () => {
  it("grants everything where there is no limit", async () => {
    const grant = await new BudgetScope("free", {}).reserve(need({ n: 1000, maxTokens: 1e6 }));
    expect([grant.n, grant.maxTokens]).toEqual([1000, 1e6]);
  });

  it("clamps the answer's length to what is left", async () => {
    const scope = new BudgetScope("p", { tokens: 60 });
    const grant = await scope.reserve(need());
    expect([grant.n, grant.maxTokens]).toEqual([1, 50]);
  });

  it("grants fewer samples before it grants shorter ones", async () => {
    const grant = await new BudgetScope("p", { tokens: 350 }).reserve(need({ n: 8 }));
    expect([grant.n, grant.maxTokens]).toEqual([3, 100]);
  });

  it("counts the prompt once for each sample where it is not shared", async () => {
    const grant = await new BudgetScope("p", { tokens: 350 }).reserve(
      need({ n: 8, promptTokens: 50, sharedPrompt: false }),
    );
    expect(grant.n).toBe(2);
  });

  it("does not send a prompt that leaves no room for an answer, and says which limit", async () => {
    const scope = new BudgetScope("problem 7", { tokens: 20 });
    const refused = scope.reserve(need());
    await expect(refused).rejects.toBeInstanceOf(BudgetExceededError);
    await expect(refused).rejects.toMatchObject({ limit: "tokens", allowed: 20, spent: 0, scope: "problem 7" });
  });

  it("sends a prompt for one token where one token is all that was asked for", async () => {
    const grant = await new BudgetScope("p", { tokens: 11 }).reserve(need({ maxTokens: 1 }));
    expect(grant.maxTokens).toBe(1);
  });

  it("limits calls and dollars too", async () => {
    const calls = new BudgetScope("p", { calls: 3 });
    const grant = await calls.reserve(need({ n: 5 }));
    expect(grant.n).toBe(3);
    grant.settle(spent(1, 3));
    await expect(calls.reserve(need())).rejects.toMatchObject({ limit: "calls" });
    const dollars = new BudgetScope("p", { dollars: 0.5 });
    const priced = await dollars.reserve(need({ n: 9, price: (prompt, completion) => (prompt + completion) / 1000 }));
    expect(priced.n).toBe(4);
  });

  it("keeps a call waiting that does not fit beside those in flight, and grants it what they left", async () => {
    const scope = new BudgetScope("p", { tokens: 200 });
    const first = await scope.reserve(need());
    let granted = 0;
    const second = scope.reserve(need()).then((grant) => {
      granted = grant.maxTokens;
      return grant;
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(granted).toBe(0);
    first.settle(spent(150));
    await second;
    expect(granted).toBe(40);
  });

  it("holds inside enclosing scopes: the tightest wins and all are charged", async () => {
    const outer = new BudgetScope("experiment", { tokens: 100 });
    const inner = new BudgetScope("problem", { tokens: 500 }, outer);
    const grant = await inner.reserve(need());
    expect(grant.maxTokens).toBe(90);
    grant.settle(spent(100));
    expect([inner.spent.tokens, outer.spent.tokens]).toEqual([100, 100]);
    await expect(inner.reserve(need())).rejects.toMatchObject({ scope: "experiment" });
    expect(inner.remaining().tokens).toBe(0);
  });

  it("names what calls overshot, and never overshoots otherwise", async () => {
    const scope = new BudgetScope("p", { tokens: 100 });
    const grant = await scope.reserve(need());
    grant.settle(spent(130));
    expect(scope.overshoot.tokens).toBe(30);
  });

  it("grants the same whatever the order in which calls in flight end", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            maxTokens: fc.integer({ min: 1, max: 80 }),
            used: fc.double({ min: 0, max: 1, noNaN: true }),
            n: fc.integer({ min: 1, max: 4 }),
          }),
          { minLength: 1, maxLength: 12 },
        ),
        fc.integer({ min: 20, max: 600 }),
        fc.infiniteStream(fc.nat()),
        async (calls, tokens, order) => {
          const play = async (next: (open: number) => number) => {
            const scope = new BudgetScope("p", { tokens });
            const open: (() => void)[] = [];
            const results = calls.map((call) =>
              scope.reserve(need({ n: call.n, maxTokens: call.maxTokens })).then(
                (grant) => {
                  const cost = 10 + grant.n * Math.floor(call.used * grant.maxTokens);
                  open.push(() => grant.settle(spent(cost, grant.n)));
                  return `${grant.n}×${grant.maxTokens}`;
                },
                () => "refused",
              ),
            );
            let done = false;
            const all = Promise.all(results).then((granted) => {
              done = true;
              return granted;
            });
            while (!done || open.length > 0) {
              await new Promise((resolve) => setImmediate(resolve));
              if (open.length > 0) open.splice(next(open.length), 1)[0]?.();
            }
            return { granted: await all, over: scope.overshoot.tokens };
          };
          const inOrder = await play(() => 0);
          const shuffled = await play((count) => (order.next().value as number) % count);
          expect(shuffled).toEqual(inOrder);
          expect(inOrder.over).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });
});
