import type { Policy, Sample, SampleOptions, SampleRequest } from "../../core/policy.ts";
import { beforeAbort } from "../abort.ts";
import { arrivedSamples } from "../failed-attempt.ts";
import { sampleSingly } from "../singly.ts";
import { optionsFor, requestFor, wrapPolicy } from "../wrap.ts";
import { type SampleStore, sampleKeys } from "./sqlite.ts";

export interface StoredOptions {
  /** Hears of every sample that the model was really asked for; those served from the store cost nothing. */
  readonly onFresh?: (samples: readonly Sample[], request: SampleRequest) => void;
}

interface Wanted {
  /** Place in the caller's request. */
  readonly index: number;
  readonly key: string;
  /** What it is known by while it is in flight: unlike the key it holds the token limit. */
  readonly name: string;
}

/**
 * Serves samples from the store and keeps there what it has to ask for. Two callers that want the same sample at the
 * same time make one call: the second waits for the first, and asks itself only if the first is aborted. Samples are
 * kept as soon as they are there, also those that arrived before a call failed; where samples do not share a prompt
 * each is asked for, and kept, by itself.
 */
export function storedPolicy(policy: Policy, store: SampleStore, options: StoredOptions = {}): Policy {
  const served = new Served(policy, store, options);
  return wrapPolicy(policy, { sample: (request, callOptions = {}) => served.sample(request, callOptions) });
}

class Served {
  readonly #policy: Policy;
  readonly #store: SampleStore;
  readonly #options: StoredOptions;
  readonly #inFlight = new Map<string, Promise<void>>();

  constructor(policy: Policy, store: SampleStore, options: StoredOptions) {
    this.#policy = policy;
    this.#store = store;
    this.#options = options;
  }

  async sample(request: SampleRequest, options: SampleOptions): Promise<Sample[]> {
    options.signal?.throwIfAborted();
    const wanted = sampleKeys(this.#policy.id, request).map((key, index) => ({
      index,
      key,
      name: `${key}/${request.maxTokens}`,
    }));
    const found: (Sample | undefined)[] = [];
    /** `served`: nothing was spent on it by this call. */
    const look = ({ index, key }: Wanted, served: boolean) => {
      const stored = this.#store.get(key, request.maxTokens);
      found[index] = stored && served ? { ...stored, stored: true } : stored;
      if (stored && served) options.onText?.(index, stored.text);
    };
    for (const one of wanted) look(one, true);
    for (;;) {
      const missing = wanted.filter(({ index }) => found[index] === undefined);
      if (missing.length === 0) return found as Sample[];
      const others = missing.flatMap(({ name }) => this.#inFlight.get(name) ?? []);
      const mine = firstOfEach(missing.filter(({ name }) => !this.#inFlight.has(name)));
      const [asked, waited] = await Promise.allSettled([
        this.#ask(request, mine, options),
        beforeAbort(Promise.all(others), options.signal),
      ]);
      options.signal?.throwIfAborted();
      for (const one of missing) look(one, !mine.includes(one));
      if (asked.status === "fulfilled") takeUnkept(found, mine, asked.value);
      const failed = [asked, waited].find((outcome) => outcome.status === "rejected");
      if (failed !== undefined && missing.some(({ index }) => found[index] === undefined)) throw failed.reason;
    }
  }

  async #ask(request: SampleRequest, wanted: readonly Wanted[], options: SampleOptions): Promise<Sample[]> {
    if (wanted.length === 0) return [];
    const indices = wanted.map(({ index }) => index);
    const part = requestFor(request, indices);
    const partOptions = optionsFor(options, indices);
    if (part.n === 1 || this.#policy.capabilities.sharedPrompt) return this.#lead(part, wanted, partOptions);
    return sampleSingly(part, partOptions, (single, singleOptions, place) =>
      this.#lead(single, wanted.slice(place, place + 1), singleOptions),
    );
  }

  /** Asks for samples that nobody is asking for, and lets others wait for them meanwhile. */
  async #lead(request: SampleRequest, wanted: readonly Wanted[], options: SampleOptions): Promise<Sample[]> {
    const call = this.#fetch(request, wanted, options);
    const done = call.then(
      () => undefined,
      (error: unknown) => {
        if (!options.signal?.aborted) throw error;
      },
    );
    done.catch(() => undefined);
    for (const { name } of wanted) this.#inFlight.set(name, done);
    try {
      return await call;
    } finally {
      for (const { name } of wanted) this.#inFlight.delete(name);
    }
  }

  async #fetch(request: SampleRequest, wanted: readonly Wanted[], options: SampleOptions): Promise<Sample[]> {
    try {
      const samples = await this.#policy.sample(request, options);
      this.#keep(samples, wanted, request);
      return samples;
    } catch (error) {
      this.#keep(arrivedSamples(error), wanted, request);
      throw error;
    }
  }

  #keep(samples: readonly (Sample | null)[], wanted: readonly Wanted[], request: SampleRequest): void {
    const arrived = wanted.flatMap(({ key }, place) => {
      const sample = samples[place];
      return sample ? [{ key, maxTokens: request.maxTokens, sample }] : [];
    });
    if (arrived.length === 0) return;
    this.#options.onFresh?.(
      arrived.map(({ sample }) => sample),
      request,
    );
    const ended = arrived.filter(({ sample }) => isKept(sample));
    if (ended.length > 0) this.#store.put(ended);
  }
}

/** A text that was refused, or whose end nobody knows, is not kept: another time it may come out whole. */
const isKept = ({ finish }: Sample): boolean => finish === "stop" || finish === "length";

/** Puts the samples that the store does not keep where they were wanted. */
function takeUnkept(found: (Sample | undefined)[], wanted: readonly Wanted[], samples: readonly Sample[]): void {
  for (const [place, { index }] of wanted.entries()) {
    const sample = samples[place];
    if (sample !== undefined && !isKept(sample)) found[index] ??= sample;
  }
}

/** Of several that are the same (the same seed twice in one request) only the first. */
function firstOfEach(wanted: readonly Wanted[]): Wanted[] {
  const seen = new Set<string>();
  return wanted.filter(({ name }) => !seen.has(name) && seen.add(name));
}
