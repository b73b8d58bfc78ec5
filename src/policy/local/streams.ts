/**
 * Which tokens each stream of a decoder holds: the prefix cache. A finished stream keeps what it holds until another
 * needs its place, and whoever begins with the same tokens starts from a copy.
 */
export interface Streams {
  /** tokensOf(s): what stream `s` holds, evaluated. */
  tokensOf(stream: number): readonly number[];
  isBusy(stream: number): boolean;
  /** The stream that holds the longest common beginning with `target`, and that length; idle streams on a tie. */
  longest(target: readonly number[]): { readonly stream: number; readonly length: number };
  /** Who began what this prompt goes on with: the earliest, where there are several; null where it is a beginning. */
  originOf(target: readonly number[]): Origin | null;
  /** Whose words the stream holds from now on; copies hold them too. */
  startFrom(stream: number, origin: Origin): void;
  /** The idle stream whose loss costs least, but for those in `spare`; null where all are busy. */
  leastValued(spare?: ReadonlySet<number>): number | null;
  /** Tokens that only this stream holds, weighed down by how long ago it was used. 0: another holds all of it. */
  valueIn(stream: number): number;
  take(stream: number): void;
  leave(stream: number): void;
  append(stream: number, tokens: readonly number[]): void;
  cut(stream: number, length: number): void;
  copy(from: number, to: number): void;
}

/** A prompt that came from outside, and that later ones go on with: as a tree grows, or a conversation. */
export interface Origin {
  /** Its place in the order of arriving. */
  readonly arrival: number;
  readonly length: number;
}

export function emptyStreams(count: number): Streams {
  const held: number[][] = Array.from({ length: count }, () => []);
  const busy = new Set<number>();
  const used = new Array<number>(count).fill(0);
  const origins = new Array<Origin | null>(count).fill(null);
  let tick = 0;
  const valueIn = (stream: number) => {
    const own = held[stream] ?? [];
    let shared = 0;
    for (let other = 0; other < count && shared < own.length; other++) {
      if (other !== stream) shared = Math.max(shared, commonLength(own, held[other] ?? []));
    }
    return (own.length - shared) / (1 + tick - (used[stream] ?? 0));
  };
  return {
    tokensOf: (stream) => held[stream] ?? [],
    isBusy: (stream) => busy.has(stream),
    valueIn,
    longest(target) {
      let best = { stream: 0, length: -1 };
      for (let stream = 0; stream < count; stream++) {
        const length = commonLength(target, held[stream] ?? []);
        const better = length > best.length || (length === best.length && busy.has(best.stream) && !busy.has(stream));
        if (better) best = { stream, length };
      }
      return best;
    },
    originOf(target) {
      let first: Origin | null = null;
      for (let stream = 0; stream < count; stream++) {
        const origin = origins[stream] ?? null;
        if (origin === null || (first !== null && origin.arrival >= first.arrival)) continue;
        if (commonLength(target, held[stream] ?? []) >= origin.length) first = origin;
      }
      return first;
    },
    startFrom(stream, origin) {
      origins[stream] = origin;
    },
    leastValued(spare) {
      let best: number | null = null;
      let least = Number.POSITIVE_INFINITY;
      for (let stream = 0; stream < count; stream++) {
        if (busy.has(stream) || spare?.has(stream)) continue;
        const value = held[stream]?.length === 0 ? -1 : valueIn(stream);
        if (value < least) [best, least] = [stream, value];
      }
      return best;
    },
    take(stream) {
      busy.add(stream);
      used[stream] = ++tick;
    },
    leave(stream) {
      busy.delete(stream);
      used[stream] = tick;
    },
    append(stream, tokens) {
      held[stream]?.push(...tokens);
    },
    cut(stream, length) {
      const own = held[stream];
      if (own !== undefined && own.length > length) own.length = length;
    },
    copy(from, to) {
      held[to] = [...(held[from] ?? [])];
      origins[to] = origins[from] ?? null;
    },
  };
}

/** Length of the longest common beginning. */
export function commonLength(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}
