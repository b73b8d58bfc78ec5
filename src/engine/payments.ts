/** What is known of a text that was sent to a model: who pays for it, and how long it was. */
interface Sent {
  /** The call that pays, where a prompt is paid for once; null while none does. */
  payer: number | null;
  /** Has a payment been booked? */
  booked: boolean;
  /** Its tokens, as the model counted them. */
  tokens: number | null;
}

/** Knows which call of a solve pays for a prompt that several share, and how long prompts were. */
export class Payments {
  readonly #sent = new Map<string, Sent>();
  /** By model: how many times as long, and how many tokens longer, prompts were than estimated, at most. */
  readonly #longer = new Map<string, { readonly times: number; readonly by: number }>();

  #sentOf(key: string): Sent {
    const known = this.#sent.get(key) ?? { payer: null, booked: false, tokens: null };
    this.#sent.set(key, known);
    return known;
  }

  /** Is it this call that pays for what it sends? No other does yet. */
  pays(key: string, call: number): boolean {
    const { payer } = this.#sentOf(key);
    return payer === null || payer === call;
  }

  /** The call is made: it pays, unless another does. */
  claim(key: string, call: number): void {
    this.#sentOf(key).payer ??= call;
  }

  /** The call brought nothing: the next one pays. */
  forgive(key: string, call: number): void {
    const sent = this.#sentOf(key);
    if (sent.payer === call) sent.payer = null;
  }

  /**
   * Books what a call sent; does it pay? Where calls run beside others and are booked in another order than they were
   * made (`inTurn`), the first that is booked does, whichever came first.
   */
  book(key: string, call: number, inTurn: boolean): boolean {
    const sent = this.#sentOf(key);
    const pays = inTurn ? !sent.booked : this.pays(key, call);
    sent.booked ||= pays;
    return pays;
  }

  /** Tokens of a prompt, as its model counted them in an earlier reply; null where it was not sent yet. */
  lengthOf(key: string): number | null {
    return this.#sentOf(key).tokens;
  }

  /** Notes how long a prompt was by the model's own count. */
  noteLength(key: string, model: string, tokens: number, estimated: number): void {
    this.#sentOf(key).tokens = tokens;
    const { times, by } = this.#longer.get(model) ?? { times: 0, by: Number.NEGATIVE_INFINITY };
    this.#longer.set(model, { times: Math.max(times, tokens / estimated), by: Math.max(by, tokens - estimated) });
  }

  /** What a model's prompt of so many estimated tokens takes at most, by its replies so far; null before the first. */
  likelyLength(model: string, estimated: number): number | null {
    const longer = this.#longer.get(model);
    return longer === undefined ? null : Math.ceil(Math.max(estimated * longer.times, estimated + longer.by));
  }
}
