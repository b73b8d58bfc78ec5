import type { Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { beforeAbort } from "./abort.ts";
import { arrivedSamples } from "./failed-attempt.ts";
import { sampleSingly } from "./singly.ts";
import { type SampleStore, sampleKeys } from "./store.ts";
import { optionsFor, requestFor, wrapPolicy } from "./wrap.ts";

export interface StoredOptions {
  /** Told of every sample that the model was really asked for; those served from the store cost nothing. */
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
  const inFlight = new Map<string, Promise<void>>();

  const keep = (samples: readonly (Sample | null)[], wanted: readonly Wanted[], request: SampleRequest) => {
    const arrived = wanted.flatMap(({ key }, place) => {
      const sample = samples[place];
      return sample ? [{ key, maxTokens: request.maxTokens, sample }] : [];
    });
    if (arrived.length === 0) return;
    options.onFresh?.(
      arrived.map(({ sample }) => sample),
      request,
    );
    const ended = arrived.filter(({ sample }) => isKept(sample));
    if (ended.length > 0) store.put(ended);
  };

  const fetch = async (request: SampleRequest, wanted: readonly Wanted[], callOptions: SampleOptions) => {
    try {
      const samples = await policy.sample(request, callOptions);
      keep(samples, wanted, request);
      return samples;
    } catch (error) {
      keep(arrivedSamples(error), wanted, request);
      throw error;
    }
  };

  /** Asks for samples that nobody is asking for, and lets others wait for them meanwhile. */
  const lead = async (request: SampleRequest, wanted: readonly Wanted[], callOptions: SampleOptions) => {
    const call = fetch(request, wanted, callOptions);
    const done = call.then(
      () => undefined,
      (error: unknown) => {
        if (!callOptions.signal?.aborted) throw error;
      },
    );
    done.catch(() => undefined);
    for (const { name } of wanted) inFlight.set(name, done);
    try {
      return await call;
    } finally {
      for (const { name } of wanted) inFlight.delete(name);
    }
  };

  const ask = async (request: SampleRequest, wanted: readonly Wanted[], callOptions: SampleOptions) => {
    if (wanted.length === 0) return [];
    const part = requestFor(
      request,
      wanted.map(({ index }) => index),
    );
    const partOptions = optionsFor(
      callOptions,
      wanted.map(({ index }) => index),
    );
    if (part.n === 1 || policy.capabilities.sharedPrompt) return lead(part, wanted, partOptions);
    return sampleSingly(part, partOptions, (single, singleOptions, place) =>
      lead(single, wanted.slice(place, place + 1), singleOptions),
    );
  };

  const sample = async (request: SampleRequest, callOptions: SampleOptions = {}): Promise<Sample[]> => {
    callOptions.signal?.throwIfAborted();
    const wanted = sampleKeys(policy.id, request).map((key, index) => ({
      index,
      key,
      name: `${key}/${request.maxTokens}`,
    }));
    const found: (Sample | undefined)[] = [];
    /** `served`: nothing was spent on it by this call. */
    const look = ({ index, key }: Wanted, served: boolean) => {
      const stored = store.get(key, request.maxTokens);
      found[index] = stored && served ? { ...stored, stored: true } : stored;
      if (stored && served) callOptions.onText?.(index, stored.text);
    };
    for (const one of wanted) look(one, true);
    for (;;) {
      const missing = wanted.filter(({ index }) => found[index] === undefined);
      if (missing.length === 0) return found as Sample[];
      const others = missing.flatMap(({ name }) => inFlight.get(name) ?? []);
      const mine = firstOfEach(missing.filter(({ name }) => !inFlight.has(name)));
      const [asked, waited] = await Promise.allSettled([
        ask(request, mine, callOptions),
        beforeAbort(Promise.all(others), callOptions.signal),
      ]);
      callOptions.signal?.throwIfAborted();
      for (const one of missing) look(one, !mine.includes(one));
      if (asked.status === "fulfilled") takeUnkept(found, mine, asked.value);
      const outcomes = [asked, waited];
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined && missing.some(({ index }) => found[index] === undefined)) throw failed.reason;
    }
  };

  return wrapPolicy(policy, { sample });
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
