import type { RunEvent } from "../core/events.ts";

/** Events as they happen, to be read by one loop. */
export class EventQueue {
  readonly #waiting: RunEvent[] = [];
  #wake = () => {};
  #ended = false;

  push(event: RunEvent): void {
    this.#waiting.push(event);
    this.#wake();
  }

  end(): void {
    this.#ended = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<RunEvent> {
    for (;;) {
      for (let event = this.#waiting.shift(); event !== undefined; event = this.#waiting.shift()) yield event;
      if (this.#ended) return;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        if (this.#ended || this.#waiting.length > 0) resolve();
      });
    }
  }
}
