import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import type { Job } from "../../../src/policy/local/draw.ts";
import { createScheduler, type Scheduler } from "../../../src/policy/local/scheduler.ts";
import { endToken, type ToyDecoder, toyDecoder } from "./toy-decoder.ts";

const promptOf = (...key: (string | number)[]) => {
  const random = new Random("prompt").fork(...key);
  return Array.from({ length: 20 + random.integer(40) }, () => 1 + random.integer(24));
};

const job = (fields: Partial<Job> & { readonly seeds?: readonly number[]; readonly temperature?: number }): Job => {
  const { seeds = [1], temperature = 0.8, ...rest } = fields;
  const samplers = seeds.map((seed) => ({ temperature, seed }));
  return { prompt: promptOf(0), samplers, maxTokens: 20, stop: [], logprobs: null, ...rest };
};

/** The text a sample must have: drawn alone, on a decoder of its own, by the plainest loop. */
async function drawnAlone(one: Job, index: number, decoder: ToyDecoder): Promise<string> {
  const settings = one.samplers[index];
  if (settings === undefined) throw new Error("no such sample");
  const sampler = decoder.sampler(settings);
  const tokens = [...one.prompt];
  for (let drawn = 0; drawn < one.maxTokens; drawn++) {
    decoder.trim(0, 0);
    const [handle] = await decoder.evaluate([{ stream: 0, position: 0, tokens, read: true }]);
    const token = await decoder.draw(handle ?? 0, sampler);
    if (token === endToken) break;
    tokens.push(token);
  }
  return decoder.textOf(tokens.slice(one.prompt.length));
}

const texts = async (scheduler: Scheduler, one: Job) => (await scheduler.run(one)).drawn.map(({ text }) => text);

describe("the scheduler", () => {
  it("gives every sample the text it has when drawn alone, whatever is drawn beside it", async () => {
    const spec = fc.record({
      prompt: fc.nat(3),
      seeds: fc.array(fc.nat(50), { minLength: 1, maxLength: 5 }),
      maxTokens: fc.integer({ min: 1, max: 25 }),
      temperature: fc.constantFrom(0, 0.8),
      end: fc.constantFrom(0, 0.05),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(spec, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 5 }),
        async (specs, seats, kept) => {
          const end = specs[0]?.end ?? 0;
          const decoder = toyDecoder({ streams: seats + kept, end });
          const scheduler = createScheduler(decoder, seats);
          const jobs = specs.map(({ prompt, ...rest }) => job({ ...rest, prompt: promptOf(prompt) }));
          const together = await Promise.all(jobs.map((one) => texts(scheduler, one)));
          for (const [i, one] of jobs.entries()) {
            for (const [index, text] of (together[i] ?? []).entries()) {
              const alone = await drawnAlone(one, index, toyDecoder({ batchTokens: 256, end }));
              expect(text).toBe(alone);
            }
          }
          expect(decoder.liveSamplers).toBe(0);
        },
      ),
      { numRuns: 60, seed: 7 },
    );
  });

  it("evaluates a prompt once for all samples of a job and equal beginnings of samples once", async () => {
    const decoder = toyDecoder({ streams: 12 });
    const scheduler = createScheduler(decoder, 8);
    const one = job({ seeds: [1, 2, 3, 4, 5, 6, 7, 8] });
    const { drawn } = await scheduler.run(one);
    // The last token of a sample is drawn and never evaluated.
    const beginnings = new Set(drawn.flatMap(({ text }) => [...text].slice(0, -1).map((_, i) => text.slice(0, i + 1))));
    expect(scheduler.stats().evaluatedTokens).toBe(one.prompt.length + beginnings.size);
  });

  it("evaluates equal greedy samples once", async () => {
    const scheduler = createScheduler(toyDecoder(), 4);
    const one = job({ seeds: [1, 2, 3, 4], temperature: 0, maxTokens: 10 });
    await scheduler.run(one);
    expect(scheduler.stats()).toMatchObject({ evaluatedTokens: one.prompt.length + 9, sampledTokens: 40, copies: 0 });
  });

  it("evaluates one token more than the samples' own for each that began after its siblings", async () => {
    const decoder = toyDecoder({ streams: 6, peak: 0 });
    const scheduler = createScheduler(decoder, 2);
    const one = job({ seeds: [1, 2, 3, 4], maxTokens: 5 });
    await scheduler.run(one);
    expect(scheduler.stats().evaluatedTokens).toBeLessThanOrEqual(one.prompt.length + 4 * 4 + 2);
  });

  it("reports what of the prompt was resident", async () => {
    const scheduler = createScheduler(toyDecoder(), 2);
    const prompt = promptOf("resident");
    expect((await scheduler.run(job({ prompt }))).cachedTokens).toBe(0);
    expect((await scheduler.run(job({ prompt: [...prompt, 5, 6, 7] }))).cachedTokens).toBe(prompt.length);
    expect((await scheduler.run(job({ prompt }))).cachedTokens).toBe(prompt.length - 1);
  });

  it("evaluates a preamble once when calls that begin with it arrive together", async () => {
    const scheduler = createScheduler(toyDecoder({ streams: 12 }), 8);
    const preamble = promptOf("preamble");
    await Promise.all(
      [1, 2, 3, 4].map((i) => scheduler.run(job({ prompt: [...preamble, i, i + 4], maxTokens: 1, seeds: [i] }))),
    );
    expect(scheduler.stats().evaluatedTokens).toBe(preamble.length + 8);
  });

  it("goes on with what was begun before it begins what came later, and keeps nobody waiting for those after", async () => {
    const scheduler = createScheduler(toyDecoder({ streams: 6 }), 1);
    const ended: string[] = [];
    const chain = async (name: string, steps: number) => {
      let prompt = promptOf(name);
      for (let step = 0; step < steps; step++) {
        const { drawn } = await scheduler.run(job({ prompt, maxTokens: 4, seeds: [step] }));
        prompt = [...prompt, ...[...(drawn[0]?.text ?? "")].map((letter) => letter.charCodeAt(0) - 96)];
      }
      ended.push(name);
    };
    const first = ["a", "b", "c"].map((name) => chain(name, 5));
    const later = ["d", "e"].map((name) => chain(name, 1));
    await Promise.all([...first, ...later]);
    expect(ended).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("keeps the streams of one batch beside each other", async () => {
    const decoder = toyDecoder({ streams: 10, end: 0.1 });
    const scheduler = createScheduler(decoder, 6);
    await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        scheduler.run(job({ prompt: promptOf(i), seeds: [i, i + 1], maxTokens: 30 })),
      ),
    );
    for (const rows of decoder.batches.filter((batch) => batch.every(({ tokens }) => tokens.length === 1))) {
      const used = rows.map(({ stream }) => stream);
      expect(Math.max(...used) - Math.min(...used)).toBe(rows.length - 1);
    }
  });

  it("evaluates chunks of a prompt by themselves, never beyond the size of a batch", async () => {
    const decoder = toyDecoder({ streams: 10, batchTokens: 24 });
    const scheduler = createScheduler(decoder, 6);
    await Promise.all([1, 2, 3].map((i) => scheduler.run(job({ prompt: promptOf(i), seeds: [i] }))));
    for (const rows of decoder.batches) {
      const lengths = rows.map(({ tokens }) => tokens.length);
      expect(Math.max(...lengths)).toBeLessThanOrEqual(lengths.length === 1 ? 24 : 1);
    }
  });

  it("frees the places of an aborted call at once and leaves the others as they are", async () => {
    const stop = new AbortController();
    const decoder = toyDecoder({
      streams: 6,
      onEvaluate: (batch) => {
        if (batch === 4) stop.abort(new Error("enough"));
      },
    });
    const scheduler = createScheduler(decoder, 2);
    const waiting = job({ prompt: promptOf("other"), seeds: [3, 4], maxTokens: 12 });
    const [aborted, other] = await Promise.allSettled([
      scheduler.run(job({ seeds: [1, 2], maxTokens: 200, signal: stop.signal })),
      texts(scheduler, waiting),
    ]);
    expect(aborted).toMatchObject({ status: "rejected", reason: new Error("enough") });
    expect(other).toEqual({
      status: "fulfilled",
      value: [
        await drawnAlone(waiting, 0, toyDecoder({ batchTokens: 256 })),
        await drawnAlone(waiting, 1, toyDecoder({ batchTokens: 256 })),
      ],
    });
    expect(decoder.batches.length).toBeLessThan(30);
    expect(decoder.liveSamplers).toBe(0);
  });

  it("rejects everything under way when the decoder fails, and works again afterwards", async () => {
    let broken = true;
    const decoder = toyDecoder({
      onEvaluate: (batch) => {
        if (broken && batch === 3) throw new Error("no memory");
      },
    });
    const scheduler = createScheduler(decoder, 3);
    const outcomes = await Promise.allSettled([1, 2].map((i) => scheduler.run(job({ prompt: promptOf(i) }))));
    expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    broken = false;
    const again = job({ prompt: promptOf(1) });
    expect(await texts(scheduler, again)).toEqual([await drawnAlone(again, 0, toyDecoder({ batchTokens: 256 }))]);
  });

  it("ends a sample before a stop text that lies across tokens, and says which it was", async () => {
    const plain = await texts(createScheduler(toyDecoder(), 2), job({ maxTokens: 20 }));
    const stop = plain[0]?.slice(7, 10) ?? "";
    const shown: string[] = [];
    const scheduler = createScheduler(toyDecoder(), 2);
    const { drawn } = await scheduler.run(job({ stop: [stop, "zzz"], onText: (_, text) => shown.push(text) }));
    const end = plain[0]?.indexOf(stop) ?? -1;
    expect(drawn).toMatchObject([{ text: plain[0]?.slice(0, end), finish: "stop", stoppedBy: stop, tokens: end + 3 }]);
    expect(shown.join("")).toBe(drawn[0]?.text);
  });

  it("gives log-probabilities of the tokens in the text, with the alternatives asked for", async () => {
    const scheduler = createScheduler(toyDecoder({ end: 0.1 }), 2);
    const { drawn } = await scheduler.run(job({ logprobs: 3, temperature: 0, maxTokens: 40 }));
    const [one] = drawn;
    expect(one?.logprobs?.map(({ token }) => token).join("")).toBe(one?.text);
    for (const { logprob, top } of one?.logprobs ?? []) {
      expect(logprob).toBeCloseTo(Math.log(0.6));
      expect(top).toHaveLength(3);
    }
  });
});
