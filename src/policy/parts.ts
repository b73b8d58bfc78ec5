import type { Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { arrivedSamples } from "./failed-attempt.ts";
import { failureWith, sampleSingly } from "./singly.ts";
import { optionsFor, requestFor } from "./wrap.ts";

type Ask = (request: SampleRequest, options: SampleOptions) => Promise<Sample[]>;

/**
 * Asks for the samples of a request in parts of at most `most()`, all at the same time, and one by one for those that
 * a part did not give. `most` may fall on the way: it is read before each part. `onFewer` hears how many samples came
 * where more were asked for. Where a part fails the others are waited for, and travel with the error in their places.
 */
export async function sampleInParts(
  request: SampleRequest,
  options: SampleOptions,
  most: () => number,
  ask: Ask,
  onFewer: (given: number) => void,
): Promise<Sample[]> {
  if (request.n === 1) return ask(request, options);
  if (most() <= 1) return sampleSingly(request, options, ask);
  if (request.n <= most()) return wholePart(request, options, most, ask, onFewer);
  const size = most();
  const starts = Array.from({ length: Math.ceil(request.n / size) }, (_, part) => part * size);
  const lengthOf = (start: number) => Math.min(size, request.n - start);
  const parts = await Promise.allSettled(
    starts.map((start) => {
      const indices = Array.from({ length: lengthOf(start) }, (_, place) => start + place);
      return sampleInParts(requestFor(request, indices), optionsFor(options, indices), most, ask, onFewer);
    }),
  );
  const samples = parts.flatMap((part, i) => {
    const arrived = part.status === "fulfilled" ? part.value : arrivedSamples(part.reason);
    const all = Array.from({ length: lengthOf(starts[i] ?? 0) }, (_, place) => arrived[place] ?? null);
    return i === 0 ? all : withOwnPrompt(all);
  });
  const failures = parts.flatMap((part) => (part.status === "rejected" ? [part.reason as unknown] : []));
  if (failures.length === 0) return samples as Sample[];
  options.signal?.throwIfAborted();
  throw failureWith(samples, failures);
}

async function wholePart(
  request: SampleRequest,
  options: SampleOptions,
  most: () => number,
  ask: Ask,
  onFewer: (given: number) => void,
): Promise<Sample[]> {
  const arrived = await ask(request, options);
  if (arrived.length === request.n) return arrived;
  if (arrived.length > 0) {
    onFewer(arrived.length);
    const all = await sampleSingly(request, options, ask, arrived);
    return all.map((sample, index) => (index < arrived.length ? sample : { ...sample, sharedPrompt: false }));
  }
  return sampleInParts(request, options, most, ask, onFewer);
}

/** The prompt of a further part was paid for again: its first sample carries it. */
function withOwnPrompt(samples: readonly (Sample | null)[]): (Sample | null)[] {
  const first = samples.findIndex((sample) => sample !== null);
  return samples.map((sample, place) =>
    sample !== null && place === first ? { ...sample, sharedPrompt: false } : sample,
  );
}
