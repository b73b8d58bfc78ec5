/** How many threads to compute with, learnt from how long batches take. */
export interface Threads {
  /** For the next batch. */
  readonly now: number;
  /** What a batch of this many rows took with `now`. */
  took(rows: number, ms: number): void;
}

const firstLook = 4;
const closest = 2;
const farthest = 512;
const better = 0.9;
const stalled = 3;

/**
 * Half the processors, or all of them: whichever is faster now. llama.cpp's threads wait for each other by spinning. On
 * a quiet machine every processor helps (1.6 to 1.9 times with two instead of one); beside other work one thread too
 * many makes a batch ten times slower. So now and then one batch is computed the other way: two batches after a change,
 * then ever more rarely, the more so where it was much slower, and at once when a batch takes three times as long as
 * the like one before it. The number of threads changes no result.
 */
export function learntThreads(processors: number): Threads {
  let [now, other] = [Math.max(1, Math.floor(processors / 2)), processors];
  if (now === other) return fixedThreads(now);
  const usual = new Map<number, number>();
  let interval = closest;
  let left = firstLook;
  let looking = false;
  return {
    get now() {
      return looking ? other : now;
    },
    took(rows, ms) {
      const before = usual.get(rows) ?? fromNear(usual, rows);
      if (looking) {
        looking = false;
        if (before === undefined) {
          left = closest;
          return;
        }
        const change = ms < before * better;
        const much = ms > before * stalled;
        interval = change ? closest : Math.min(farthest, interval * (much ? 8 : 2));
        left = interval;
        if (!change) return;
        [now, other] = [other, now];
        usual.clear();
      }
      left--;
      if (before !== undefined && ms > before * stalled) left = 0;
      usual.set(rows, ms);
      looking = left <= 0;
    },
  };
}

/** What so many rows should take, as much a row as the nearest known number of rows. Undefined if none is near. */
function fromNear(usual: ReadonlyMap<number, number>, rows: number): number | undefined {
  const distance = (known: number) => Math.abs(known - rows);
  const near = [...usual.keys()]
    .filter((known) => distance(known) * 4 <= rows)
    .sort((a, b) => distance(a) - distance(b));
  const [nearest] = near;
  return nearest === undefined ? undefined : ((usual.get(nearest) ?? 0) * rows) / nearest;
}

export function fixedThreads(count: number): Threads {
  return { now: count, took: () => {} };
}
