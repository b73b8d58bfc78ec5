/**
 * Keyed randomness. A generator is made from a key, never from a clock, and `fork` makes an independent one from a
 * further key, so what is drawn depends on what it is drawn for and not on when or in which order.
 *
 * The generator is xoshiro128** (Blackman and Vigna 2018, arXiv:1805.01407) seeded by a 128-bit hash of the key.
 */
export class Random {
  readonly key: string;
  readonly #state: Uint32Array;

  constructor(key: string | number) {
    this.key = String(key);
    this.#state = hash128(this.key);
  }

  /** An independent generator for this key and `parts`; forking does not advance this one. */
  fork(...parts: readonly (string | number)[]): Random {
    return new Random(`${this.key}/${parts.join("/")}`);
  }

  /** 32 random bits as an unsigned integer. */
  bits(): number {
    const s = this.#state as Uint32Array & { 0: number; 1: number; 2: number; 3: number };
    const scrambled = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return scrambled;
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return ((this.bits() >>> 5) * 67108864 + (this.bits() >>> 6)) / 9007199254740992;
  }

  /** Uniform integer in [0, bound). */
  integer(bound: number): number {
    return Math.floor(this.uniform() * bound);
  }

  /** Standard normal (Box-Muller, one of the pair). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Gamma with the given shape and scale 1 (Marsaglia and Tsang 2000). */
  gamma(shape: number): number {
    if (shape < 1) return this.gamma(shape + 1) * (1 - this.uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const c = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = this.normal();
      const v = (1 + c * x) ** 3;
      if (v > 0 && Math.log(1 - this.uniform()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  /** Beta(a, b). */
  beta(a: number, b: number): number {
    const x = this.gamma(a);
    return x / (x + this.gamma(b));
  }

  /** An element chosen uniformly; throws on an empty list. */
  choice<T>(items: readonly T[]): T {
    if (items.length === 0) throw new RangeError("Random.choice: the list is empty");
    return items[this.integer(items.length)] as T;
  }

  /** An index chosen with probability proportional to its weight; weights must be non-negative with a positive sum. */
  weighted(weights: readonly number[]): number {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    if (!(total > 0)) throw new RangeError("Random.weighted: the weights must have a positive sum");
    let left = this.uniform() * total;
    for (const [index, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return index;
    }
    return weights.findLastIndex((weight) => weight > 0);
  }

  /** A shuffled copy (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const shuffled = [...items];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      [shuffled[i], shuffled[j]] = [shuffled[j] as T, shuffled[i] as T];
    }
    return shuffled;
  }
}

const rotate = (value: number, by: number): number => ((value << by) | (value >>> (32 - by))) >>> 0;

/** A well-mixed 128-bit hash of a text, as four 32-bit words (a MurmurHash3-style mix per word). Not cryptographic. */
function hash128(text: string): Uint32Array {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 0xdeadbeef];
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ unit, 0x2545f491);
    b = c ^ Math.imul(b ^ unit, 0x9e3779b1);
    c = d ^ Math.imul(c ^ unit, 0x85ebca77);
    d = a ^ Math.imul(d ^ unit, 0xc2b2ae3d);
  }
  const words = new Uint32Array(4);
  for (let i = 0; i < 4; i++) {
    let h =
      (i === 0 ? a ^ c : i === 1 ? b ^ d : i === 2 ? c ^ rotate(a, 13) : d ^ rotate(b, 17)) +
      Math.imul(i + 1, 0x6c078965);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    words[i] = h ^ (h >>> 16);
  }
  if (words.every((word) => word === 0)) words[0] = 1;
  return words;
}

/** A 31-bit seed for a model server, derived from the parts of a key. */
export function seedOf(...parts: readonly (string | number)[]): number {
  return new Random(parts.join("/")).bits() >>> 1;
}
