/** Tokens that may be spent, and what each item may take at most. */
export interface Allowance {
  readonly limit: number | undefined;
  spent: number;
}

/** An item's place in the row: `before` resolves once all earlier items have called `pass`. */
export interface Turn {
  readonly before: Promise<void>;
  pass(): void;
}

interface InOrder<Item, Done> {
  readonly parallel: number;
  readonly allowance: Allowance;
  /** Tokens that an item takes at most, and what it took. */
  readonly most: (item: Item) => number;
  readonly spent: (done: Done) => number;
  readonly work: (item: Item, turn: Turn) => Promise<Done>;
  /** Called in the order of the items. */
  readonly keep: (done: Done) => void;
}

/**
 * Works on several items at a time. One is begun only if what all earlier ones take and the most that it may take fit
 * the allowance; where that hangs on items in work it waits for them, so that which items are begun depends neither on
 * timing nor on `parallel`. Gives the number of items done. @throws what the first failed item threw, after the items
 * in work have ended.
 */
export async function inOrder<Item, Done>(
  items: readonly Item[],
  { parallel, allowance, most, spent, work, keep }: InOrder<Item, Done>,
): Promise<number> {
  const running = new Map<number, Promise<void>>();
  const reserved = new Map<number, number>();
  const done = new Map<number, Done>();
  const failures: unknown[] = [];
  let kept = 0;
  let before: Promise<void> = Promise.resolve();
  const take = (index: number, result: Done) => {
    allowance.spent += spent(result);
    done.set(index, result);
    for (let next = done.get(kept); next !== undefined; next = done.get(kept)) {
      done.delete(kept++);
      keep(next);
    }
  };
  const fits = (item: Item) => {
    const held = [...reserved.values()].reduce((sum, value) => sum + value, 0);
    return allowance.limit === undefined || allowance.spent + held + most(item) <= allowance.limit;
  };
  for (const [index, item] of items.entries()) {
    while (failures.length === 0 && running.size > 0 && (running.size >= parallel || !fits(item)))
      await Promise.race(running.values());
    if (failures.length > 0 || !fits(item)) break;
    reserved.set(index, most(item));
    const { promise, resolve } = Promise.withResolvers<void>();
    const turn = { before, pass: resolve };
    before = promise;
    const worked = work(item, turn)
      .then((result) => {
        reserved.delete(index);
        take(index, result);
      })
      .catch((error: unknown) => {
        failures.push(error);
      })
      .finally(() => {
        resolve();
        running.delete(index);
      });
    running.set(index, worked);
  }
  await Promise.all(running.values());
  if (failures.length > 0) throw failures[0];
  return kept;
}
