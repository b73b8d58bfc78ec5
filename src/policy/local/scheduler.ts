import type { Decoder, Row } from "./decoder.ts";
import { type Draw, type Drawn, type Job, newDraw } from "./draw.ts";
import { placementOn } from "./placement.ts";
import { commonLength, emptyStreams } from "./streams.ts";

/** Tokens of a prompt that make a batch; below 64, which the decoder's promise of equal bits asks for. */
const chunkTokens = 63;
/** A prompt waits while a neighbour is about to have more than this many further tokens of it evaluated. */
const worthWaiting = 1;

export interface SchedulerStats {
  /** Tokens that went through the model: prompts and samples alike. */
  readonly evaluatedTokens: number;
  /** Tokens sampled. */
  readonly sampledTokens: number;
  /** Prompt tokens that were resident and not evaluated again. */
  readonly reusedTokens: number;
  readonly copies: number;
  readonly copiedTokens: number;
  readonly batches: number;
}

export interface JobResult {
  /** drawn[i] belongs to samplers[i]. */
  readonly drawn: readonly Drawn[];
  /** Prompt tokens that were resident when the job began. */
  readonly cachedTokens: number;
}

export interface Scheduler {
  /** @throws the signal's reason; what the decoder throws. */
  run(job: Job): Promise<JobResult>;
  stats(): SchedulerStats;
  /** Fails everything that is under way and waits until the decoder is idle. */
  stop(reason: unknown): Promise<void>;
}

interface Entry {
  readonly job: Job;
  readonly drawn: (Drawn | undefined)[];
  waiting: number;
  left: number;
  cachedTokens: number | null;
  settled: boolean;
  readonly resolve: (result: JobResult) => void;
  readonly reject: (reason: unknown) => void;
}

/** Samples that have drawn the same tokens so far: they share one stream until they differ. */
interface Branch<Sampler> {
  stream: number;
  /** Prompt and samples; what the stream does not hold yet is evaluated next. */
  readonly tokens: number[];
  members: { readonly entry: Entry; readonly draw: Draw<Sampler> }[];
}

/**
 * Continuous batching with shared prefixes. Up to `seats` samples are drawn at a time; each step evaluates one token
 * of every branch in one batch. New prompts come first, each chunk a batch of its own: llama.cpp would split a mixed
 * batch anyway, and in ways that depend on its rows. All samples of a job start as one branch,
 * and a branch divides only when its samples draw different tokens: equal beginnings are evaluated once. Whatever a
 * stream holds serves later prompts that begin alike, so in a search tree a node pays for its own tokens only.
 *
 * A sample's text depends on its prompt, its settings and its seed, not on what is drawn beside it.
 */
export function createScheduler<Sampler>(decoder: Decoder<Sampler>, seats: number): Scheduler {
  const counts = { evaluatedTokens: 0, sampledTokens: 0, reusedTokens: 0, copies: 0, copiedTokens: 0, batches: 0 };
  const streams = emptyStreams(decoder.streams);
  const placement = placementOn(decoder, streams, counts);
  const entries = new Set<Entry>();
  let branches: Branch<Sampler>[] = [];
  let pumping: Promise<void> | null = null;

  const settle = (entry: Entry, finish: () => void) => {
    if (entry.settled) return;
    entry.settled = true;
    entries.delete(entry);
    finish();
  };
  const fail = (entry: Entry, reason: unknown) => settle(entry, () => entry.reject(reason));

  /** Gives up the places of samples whose job is over, and of branches without samples. */
  const sweep = () => {
    for (const branch of branches) {
      for (const { draw } of branch.members.filter(({ entry }) => entry.settled)) decoder.release(draw.sampler);
      branch.members = branch.members.filter(({ entry }) => !entry.settled);
      if (branch.members.length === 0) streams.leave(branch.stream);
    }
    branches = branches.filter(({ members }) => members.length > 0);
  };

  const admit = async () => {
    for (const entry of entries) {
      const taken = branches.reduce((sum, { members }) => sum + members.length, 0);
      const count = Math.min(seats - taken, entry.waiting);
      if (count <= 0 || isBeingEvaluated(entry.job.prompt)) continue;
      const first = entry.job.samplers.length - entry.waiting;
      entry.waiting -= count;
      const { prompt } = entry.job;
      let branch = branches.find(
        ({ tokens }) => tokens.length === prompt.length && commonLength(tokens, prompt) === prompt.length,
      );
      if (branch === undefined) {
        const { stream, kept } = await placement.place(prompt);
        entry.cachedTokens ??= kept;
        branch = { stream, tokens: [...prompt], members: [] };
        branches.push(branch);
      }
      entry.cachedTokens ??= prompt.length - 1;
      for (let index = first; index < first + count; index++) {
        branch.members.push({ entry, draw: newDraw(decoder, entry.job, index) });
      }
    }
  };

  /** Is a neighbour about to have evaluated more of this prompt than is resident now? */
  const isBeingEvaluated = (prompt: readonly number[]) => {
    const coming = Math.max(0, ...branches.map(({ tokens }) => commonLength(tokens, prompt)));
    return coming < prompt.length && coming > streams.longest(prompt).length + worthWaiting;
  };

  /** What is evaluated next: a chunk of each new prompt by itself, else a token of every branch together. */
  const batchesOf = () => {
    const rows = branches.map((branch) => {
      const position = streams.tokensOf(branch.stream).length;
      const end = Math.min(branch.tokens.length, position + Math.min(chunkTokens, decoder.batchTokens));
      const tokens = branch.tokens.slice(position, end);
      return { branch, row: { stream: branch.stream, position, tokens, read: end === branch.tokens.length } };
    });
    const chunks = rows.filter(({ row }) => row.tokens.length > 1);
    return chunks.length > 0 ? chunks.map((chunk) => [chunk]) : [rows];
  };

  const drawFrom = async (branch: Branch<Sampler>, handle: number) => {
    const outcomes = await Promise.all(
      branch.members.map(async (member) => {
        const token = await decoder.draw(handle, member.draw.sampler);
        const { logprobs } = member.entry.job;
        const wanted = logprobs !== null && !decoder.endsText(token);
        return { member, token, look: wanted ? await decoder.look(handle, token, logprobs) : null };
      }),
    );
    const going = new Map<number, Branch<Sampler>["members"]>();
    for (const { member, token, look } of outcomes) {
      const { entry, draw } = member;
      if (entry.settled) {
        decoder.release(draw.sampler);
        continue;
      }
      counts.sampledTokens++;
      const drawn = draw.take(token, look);
      if (drawn === null) going.set(token, [...(going.get(token) ?? []), member]);
      else finish(member.entry, draw, drawn);
    }
    return going;
  };

  const finish = (entry: Entry, draw: Draw<Sampler>, drawn: Drawn) => {
    decoder.release(draw.sampler);
    entry.drawn[draw.index] = drawn;
    entry.left--;
    if (entry.left > 0) return;
    const all = entry.drawn.flatMap((one) => (one === undefined ? [] : [one]));
    settle(entry, () => entry.resolve({ drawn: all, cachedTokens: entry.cachedTokens ?? 0 }));
  };

  /** The samples that drew the same token go on together, the first such group in the branch's own stream. */
  const divide = async (branch: Branch<Sampler>, going: Awaited<ReturnType<typeof drawFrom>>) => {
    const [own, ...others] = going;
    branch.members = own?.[1] ?? [];
    for (const [token, members] of others) {
      const stream = await placement.fork(branch.stream);
      branches.push({ stream, tokens: [...branch.tokens, token], members });
    }
    if (own !== undefined) branch.tokens.push(own[0]);
  };

  const step = async () => {
    sweep();
    await admit();
    if (branches.length === 0) return;
    const moves = await placement.closeGaps();
    for (const branch of branches) branch.stream = moves.get(branch.stream) ?? branch.stream;
    for (const batch of batchesOf()) await evaluate(batch);
  };

  const evaluate = async (batch: readonly { readonly branch: Branch<Sampler>; readonly row: Row }[]) => {
    const handles = await decoder.evaluate(batch.map(({ row }) => row));
    counts.batches++;
    for (const { stream, tokens } of batch.map(({ row }) => row)) {
      streams.append(stream, tokens);
      counts.evaluatedTokens += tokens.length;
    }
    const drawn = await Promise.all(
      batch.map(async ({ branch }, index) => {
        const handle = handles[index] ?? null;
        return { branch, going: handle === null ? null : await drawFrom(branch, handle) };
      }),
    );
    for (const { branch, going } of drawn) if (going !== null) await divide(branch, going);
  };

  const pump = async () => {
    try {
      while (entries.size > 0 || branches.length > 0) await step();
    } catch (error) {
      for (const entry of [...entries]) fail(entry, error);
      sweep();
      for (let stream = 0; stream < decoder.streams; stream++) {
        decoder.trim(stream, 0);
        streams.cut(stream, 0);
      }
    } finally {
      pumping = null;
    }
  };

  return {
    run(job) {
      return new Promise<JobResult>((resolve, reject) => {
        if (job.signal?.aborted) return reject(job.signal.reason);
        const stopListening = () => job.signal?.removeEventListener("abort", onAbort);
        const left = job.samplers.length;
        const entry: Entry = {
          job,
          drawn: [],
          waiting: left,
          left,
          cachedTokens: null,
          settled: false,
          resolve: (result) => {
            stopListening();
            resolve(result);
          },
          reject: (reason) => {
            stopListening();
            reject(reason);
          },
        };
        const onAbort = () => fail(entry, job.signal?.reason);
        job.signal?.addEventListener("abort", onAbort, { once: true });
        entries.add(entry);
        pumping ??= pump();
      });
    },
    stats: () => ({ ...counts }),
    async stop(reason) {
      for (const entry of [...entries]) fail(entry, reason);
      await pumping;
    },
  };
}
