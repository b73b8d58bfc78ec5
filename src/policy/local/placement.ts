import type { Decoder } from "./decoder.ts";
import type { Streams } from "./streams.ts";

/** Fewer tokens than this are evaluated again rather than copied: a copy moves the memory of a whole stream. */
const leastCopied = 4;
/** So many tokens at the end of a finished stream are given up without a copy of the rest. */
const littleTail = 2;

export interface CopyCounts {
  copies: number;
  copiedTokens: number;
  reusedTokens: number;
}

/** Finds places among the streams for branches to grow in, and keeps those that grow side by side. */
export interface Placement {
  /**
   * A stream, taken, that holds the first `kept` tokens of `target`: the finished stream that goes on with it, or a
   * copy of the one that shares most. At least the last token is left to evaluate, since its logits are wanted.
   */
  place(target: readonly number[]): Promise<{ readonly stream: number; readonly kept: number }>;
  /** A further stream, taken, with what this one holds. */
  fork(stream: number): Promise<number>;
  /**
   * Moves busy streams so that there are no gaps between them: only streams with neighbouring numbers are evaluated
   * together, and each gap costs another pass over the weights at every step, a move about a tenth of one, once.
   * Returns the new place of each stream that moved.
   */
  closeGaps(): Promise<ReadonlyMap<number, number>>;
}

export function placementOn<Sampler>(decoder: Decoder<Sampler>, streams: Streams, counts: CopyCounts): Placement {
  const busy = () => Array.from({ length: decoder.streams }, (_, stream) => stream).filter(streams.isBusy);
  const copy = async (from: number, to: number) => {
    await decoder.copy(from, to);
    streams.copy(from, to);
    counts.copies++;
    counts.copiedTokens += streams.tokensOf(from).length;
  };
  const cut = (stream: number, length: number) => {
    if (streams.tokensOf(stream).length <= length) return;
    decoder.trim(stream, length);
    streams.cut(stream, length);
  };
  /** Saves what an idle stream holds in the place of something of less value. */
  const save = async (stream: number, spare: ReadonlySet<number>) => {
    const value = streams.valueIn(stream);
    const refuge = value > 0 ? streams.leastValued(new Set([...spare, stream])) : null;
    if (refuge !== null && streams.valueIn(refuge) < value) await copy(stream, refuge);
  };
  /** An idle stream beside the busy ones, its content saved where that pays; `spare` stays as it is. */
  const clear = async (spare: number): Promise<number> => {
    const taken = busy();
    const [low = 0, high = 0] = [taken[0], taken.at(-1)];
    const idle = (stream: number) => stream >= 0 && stream < decoder.streams && !streams.isBusy(stream);
    const between = Array.from({ length: Math.max(0, high - low) }, (_, i) => low + i).filter(idle);
    const near = (between.length > 0 ? between : [low - 1, high + 1].filter(idle)).filter((stream) => stream !== spare);
    const best = near.sort((a, b) => streams.valueIn(a) - streams.valueIn(b))[0];
    const chosen = (taken.length > 0 ? best : undefined) ?? streams.leastValued(new Set([spare]));
    if (chosen === null) throw new Error("more branches than streams");
    await save(chosen, new Set([spare]));
    return chosen;
  };
  return {
    async place(target) {
      const best = streams.longest(target);
      const kept = Math.min(best.length, target.length - 1);
      const idle = !streams.isBusy(best.stream);
      const other = streams.leastValued(new Set([best.stream]));
      const tail = streams.tokensOf(best.stream).length - kept;
      const cheaper = other === null || streams.valueIn(best.stream) <= streams.valueIn(other);
      if (idle && (tail <= littleTail || (kept >= leastCopied && cheaper))) {
        cut(best.stream, kept);
        streams.take(best.stream);
        counts.reusedTokens += kept;
        return { stream: best.stream, kept };
      }
      const stream = await clear(best.stream);
      const shared = kept >= leastCopied ? kept : 0;
      if (shared > 0) await copy(best.stream, stream);
      cut(stream, shared);
      streams.take(stream);
      counts.reusedTokens += shared;
      return { stream, kept: shared };
    },
    async fork(from) {
      const stream = await clear(from);
      await copy(from, stream);
      streams.take(stream);
      return stream;
    },
    closeGaps: () => closeGaps(busy(), decoder.streams, { streams, save, copy, cut }),
  };
}

/** What moving a stream takes. */
interface Moving {
  readonly streams: Streams;
  readonly save: (stream: number, spare: ReadonlySet<number>) => Promise<void>;
  readonly copy: (from: number, to: number) => Promise<void>;
  readonly cut: (stream: number, length: number) => void;
}

async function closeGaps(
  taken: readonly number[],
  count: number,
  { streams, save, copy, cut }: Moving,
): Promise<ReadonlyMap<number, number>> {
  const moves = new Map<number, number>();
  const start = fullestWindow(taken, count);
  const window = new Set(taken.map((_, i) => start + i));
  const gaps = [...window].filter((stream) => !streams.isBusy(stream));
  for (const stream of taken.filter((stream) => !window.has(stream))) {
    const gap = gaps.shift();
    if (gap === undefined) break;
    await save(gap, window);
    await copy(stream, gap);
    streams.take(gap);
    streams.leave(stream);
    cut(stream, 0);
    moves.set(stream, gap);
  }
  return moves;
}

/** Where as many neighbouring streams as there are busy ones hold most of them already; the lowest on a tie. */
function fullestWindow(taken: readonly number[], count: number): number {
  let [start, most] = [0, -1];
  for (let low = 0; low + taken.length <= count; low++) {
    const inside = taken.filter((stream) => stream >= low && stream < low + taken.length).length;
    if (inside > most) [start, most] = [low, inside];
  }
  return start;
}
