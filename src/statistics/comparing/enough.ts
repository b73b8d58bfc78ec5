/** Bets on either side: what the test would win where the better arm wins (1 + |bet|) / 2 of the unlike problems. */
const bets = Array.from({ length: 40 }, (_, i) => (i - 19.5) / 20);

/**
 * Whether two arms differ, asked after every problem without raising the chance of a false answer. A test martingale by
 * betting (Waudby-Smith and Ramdas 2024, arXiv:2010.09686, section 4; the bets are mixed as in Robbins 1970): with
 * paired differences d in [-1, 1] and bets λ, the e-value is the mean over λ of ∏ (1 + λ dᵢ). Where problems are drawn
 * at random and the arms do not differ, it is expected to stay at 1, and by Ville's inequality it ever reaches 1/α with
 * a chance of at most α, however often it is looked at. Two-sided.
 */
export class SequentialTest {
  readonly #logs = new Float64Array(bets.length);
  #sum = 0;
  #most = 1;
  /** Problems so far. */
  n = 0;

  /** @param difference of one problem, in [-1, 1]. */
  add(difference: number): void {
    if (!(Math.abs(difference) <= 1)) throw new RangeError(`A difference must lie in [-1, 1], got ${difference}.`);
    bets.forEach((bet, i) => {
      this.#logs[i] = (this.#logs[i] ?? 0) + Math.log1p(bet * difference);
    });
    this.#sum += difference;
    this.n++;
    this.#most = Math.max(this.#most, this.value);
  }

  /** The e-value now. */
  get value(): number {
    return this.#logs.reduce((sum, log) => sum + Math.exp(log), 0) / bets.length;
  }

  /** Always valid: at most α with a chance of at most α, whenever it is read. */
  get p(): number {
    return Math.min(1, 1 / this.#most);
  }

  get mean(): number {
    return this.n === 0 ? 0 : this.#sum / this.n;
  }
}
