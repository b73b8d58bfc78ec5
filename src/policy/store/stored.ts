import { setTimeout as pause } from "node:timers/promises";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../../core/policy.ts";
import { beforeAbort } from "../abort.ts";
import { arrivedSamples, asMany } from "../failed-attempt.ts";
import { sampleSingly } from "../singly.ts";
import { optionsFor, requestFor, wrapPolicy } from "../wrap.ts";
import { leaseName, type SampleStore } from "./contract.ts";
import { sampleKeys } from "./keys.ts";

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
    const { maxTokens } = request;
    const keys = sampleKeys(this.#policy.id, request);
    const wanted = keys.map((key, index) => ({ index, key, name: leaseName(key, maxTokens) }));
    const found: (Sample | undefined)[] = [];
    /** Places whose samples this call asked for, and has to pay for. */
    const asked = new Set<number>();
    for (let failure: unknown; ; ) {
      const missing = wanted.filter(({ index }) => found[index] === undefined);
      const looked = this.#store.get(
        missing.map(({ key }) => key),
        maxTokens,
      );
      // A store that answers at once leaves no moment in which another call's sample could go unnoticed.
      const stored = Array.isArray(looked) ? looked : await looked;
      for (const [place, { index }] of missing.entries()) {
        const sample = stored[place];
        if (sample === undefined) continue;
        found[index] = asked.has(index) ? sample : serve(sample, index, options);
      }
      const left = missing.filter(({ index }) => found[index] === undefined);
      if (left.length === 0) return found as Sample[];
      if (failure !== undefined) throw failure;
      const others = left.flatMap(({ name }) => this.#inFlight.get(name) ?? []);
      const mine = firstOfEach(left.filter(({ name }) => !this.#inFlight.has(name)));
      const [own, waited] = await Promise.allSettled([
        this.#ask(request, mine, options),
        beforeAbort(Promise.all(others), options.signal),
      ]);
      options.signal?.throwIfAborted();
      for (const [place, { index }] of mine.entries()) {
        asked.add(index);
        if (own.status === "fulfilled") found[index] = own.value[place];
      }
      failure = [own, waited].find((outcome) => outcome.status === "rejected")?.reason;
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
    const call = this.#store.lease ? this.#leased(request, wanted, options) : this.#fetch(request, wanted, options);
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

  /** Draws what nobody draws elsewhere, and waits for the rest: it is drawn here where its process came to an end. */
  async #leased(request: SampleRequest, wanted: readonly Wanted[], options: SampleOptions): Promise<Sample[]> {
    const found: (Sample | undefined)[] = [];
    for (let waitMs = firstWaitMs; ; waitMs = Math.min(2 * waitMs, longestWaitMs)) {
      const missing = wanted.map((one, place) => ({ ...one, place })).filter(({ place }) => found[place] === undefined);
      if (missing.length === 0) return found as Sample[];
      const lease = await this.#store.lease?.(missing.map(({ name }) => name));
      try {
        const keys = missing.map(({ key }) => key);
        const stored = await this.#store.get(keys, request.maxTokens); // Someone may have been faster.
        for (const [i, { place }] of missing.entries()) {
          const sample = stored[i];
          if (sample !== undefined) found[place] = serve(sample, place, options);
        }
        const mine = missing.filter(({ name, place }) => found[place] === undefined && lease?.granted.has(name));
        const places = mine.map(({ place }) => place);
        const drawn =
          mine.length === 0 ? [] : await this.#fetch(requestFor(request, places), mine, optionsFor(options, places));
        for (const [i, place] of places.entries()) found[place] = drawn[i];
      } finally {
        await lease?.release();
      }
      if (wanted.some((_, place) => found[place] === undefined))
        await pause(waitMs, undefined, { signal: options.signal });
    }
  }

  async #fetch(request: SampleRequest, wanted: readonly Wanted[], options: SampleOptions): Promise<Sample[]> {
    try {
      const given = await this.#policy.sample(request, options);
      return await this.#keep(asMany(given, request.n, this.#policy.id), wanted, request);
    } catch (error) {
      await this.#keep(arrivedSamples(error), wanted, request);
      throw error;
    }
  }

  /** The samples as they stand in the store, where they are kept. */
  async #keep<S extends Sample | null>(
    samples: readonly S[],
    wanted: readonly Wanted[],
    request: SampleRequest,
  ): Promise<S[]> {
    const arrived = wanted.flatMap(({ key }, place) => {
      const sample = samples[place];
      return sample ? [{ key, maxTokens: request.maxTokens, sample, place }] : [];
    });
    const standing = [...samples];
    if (arrived.length === 0) return standing;
    const drawn = arrived.map(({ sample }) => sample);
    this.#options.onFresh?.(drawn, request);
    const ended = arrived.filter(({ sample }) => isKept(sample));
    const put = ended.length === 0 ? [] : this.#store.put(ended);
    const kept = Array.isArray(put) ? put : await put;
    for (const [i, { place, sample }] of ended.entries()) {
      const stands = kept[i] ?? sample;
      standing[place] = (sample.besides === undefined ? stands : { ...stands, besides: sample.besides }) as S;
    }
    return standing;
  }
}

/** Between two looks at a sample that is drawn elsewhere. */
const firstWaitMs = 20;
const longestWaitMs = 500;

/** A sample for which this call spends nothing. */
function serve(sample: Sample, index: number, { onText }: SampleOptions): Sample {
  onText?.(index, sample.text);
  return { ...sample, stored: true };
}

/** A text that was refused, or whose end nobody knows, is not kept: another time it may come out whole. */
const isKept = ({ finish }: Sample): boolean => finish === "stop" || finish === "length";

/** Of several that are the same (the same seed twice in one request) only the first. */
function firstOfEach(wanted: readonly Wanted[]): Wanted[] {
  const seen = new Set<string>();
  return wanted.filter(({ name }) => !seen.has(name) && seen.add(name));
}
