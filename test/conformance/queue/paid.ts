import type { IncomingMessage, ServerResponse } from "node:http";
import type { ChatBody } from "../../fakes/server.ts";

/** A request, by whom, for which samples; when its reply was whole. */
interface Call {
  readonly by: string;
  readonly samples: readonly string[];
  served: number | null;
  over: boolean;
}

/** What had arrived so shortly before its worker was lost may not have reached the store. */
const storedWithinMs = 1000;

/**
 * What a server was paid for: who asked for which sample, told apart by what was asked and by seed. Each asker has a
 * key of its own, as its name. What the collector asks at each start, to see which model answers, is counted apart.
 */
export class PaidCalls {
  /** Samples of the collector. */
  questions = 0;
  readonly #calls: Call[] = [];
  /** Calls that nobody was there to store any more. */
  readonly #lost = new Set<Call>();

  readonly watch = (
    { n = 1, seed = 0, ...asked }: ChatBody,
    request: IncomingMessage,
    response: ServerResponse,
  ): void => {
    const by = request.headers.authorization?.replace("Bearer ", "") ?? "";
    if (by === "collector") {
      this.questions += n;
      return;
    }
    const what = JSON.stringify(asked);
    const call: Call = {
      ...{ by, served: null, over: false },
      samples: Array.from({ length: n }, (_, i) => `${seed + i} ${what}`),
    };
    this.#calls.push(call);
    response.once("close", () => {
      call.over = true;
      if (response.writableFinished) call.served = performance.now();
    });
  };

  forget(): void {
    this.#calls.length = 0;
    this.questions = 0;
  }

  /** An asker was killed or frozen now. */
  loses(by: string): void {
    const since = performance.now() - storedWithinMs;
    for (const call of this.#calls)
      if (call.by === by && (!call.over || (call.served ?? 0) >= since)) this.#lost.add(call);
  }

  /** The store was killed now: what it had not written down is lost. */
  losesStore(): void {
    for (const { by } of new Map(this.#calls.map((call) => [call.by, call])).values()) this.loses(by);
  }

  /** All of these are numbers of samples; `unexplained`: paid again though no call for it was in flight at a kill. */
  get sums() {
    const of = new Map<string, { times: number; lost: number }>();
    for (const call of this.#calls.filter(({ served }) => served !== null)) {
      for (const sample of call.samples) {
        const sum = of.get(sample) ?? { times: 0, lost: 0 };
        of.set(sample, { times: sum.times + 1, lost: sum.lost + (this.#lost.has(call) ? 1 : 0) });
      }
    }
    const all = [...of.values()];
    const total = (number: (one: (typeof all)[number]) => number) => all.reduce((sum, one) => sum + number(one), 0);
    return {
      distinct: all.length,
      again: total(({ times }) => times - 1),
      unexplained: total(({ times, lost }) => Math.max(0, times - 1 - lost)),
      inFlight: [...this.#lost].reduce((sum, { samples }) => sum + samples.length, 0),
    };
  }
}
