/** The time in which a plan of a pipelined walk begins: the part that draws at once, in the order of planning. */
export class Beginning {
  #now = false;

  /** Is it now? */
  get isNow(): boolean {
    return this.#now;
  }

  during<T>(draw: () => T): T {
    this.#now = true;
    try {
      return draw();
    } finally {
      this.#now = false;
    }
  }
}
