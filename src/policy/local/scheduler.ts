import type { Decoder, Row } from "./decoder.ts";
import { type Draw, type Drawn, type Job, newDraw } from "./draw.ts";
import { type Placement, placementOn } from "./placement.ts";
import { commonLength, emptyStreams, type Streams } from "./streams.ts";

/** Tokens of a prompt that make a batch: whole groups of rows, and below 64, as the decoder's equal bits ask for. */
const chunkTokens = 56;
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
  readonly arrival: number;
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

/** What is evaluated together: the next tokens of some branches. */
type Batch<Sampler> = readonly { readonly branch: Branch<Sampler>; readonly row: Row }[];

/**
 * Continuous batching with shared prefixes. Up to `seats` samples are drawn at a time; each step evaluates one token
 * of every branch in one batch. New prompts come first, each chunk a batch of its own: llama.cpp would split a mixed
 * batch anyway, and in ways that depend on its rows. All samples of a job start as one branch,
 * and a branch divides only when its samples draw different tokens: equal beginnings are evaluated once. Whatever a
 * stream holds serves later prompts that begin alike, so in a search tree a node pays for its own tokens only.
 *
 * Places go by arrival, and a prompt that goes on with what a stream holds counts as arriving with its beginning: trees
 * that were begun are finished before others begin. Taken in turn, many of them would drive each other's prefixes out,
 * and evaluate them again at every step.
 *
 * A sample's text depends on its prompt, its settings and its seed, not on what is drawn beside it: the decoder's bits
 * are equal in every batch (see llama-decoder.ts).
 */
export function createScheduler<Sampler>(decoder: Decoder<Sampler>, seats: number): Scheduler {
  const batching = new Batching(decoder, seats);
  return {
    run: (job) => batching.run(job),
    stats: () => ({ ...batching.counts }),
    stop: (reason) => batching.stop(reason),
  };
}

type Members<Sampler> = Branch<Sampler>["members"];

const wantsStates = ({ members }: Pick<Branch<unknown>, "members">): boolean =>
  members.some(({ entry }) => entry.job.states === true);

class Batching<Sampler> {
  readonly counts = {
    evaluatedTokens: 0,
    sampledTokens: 0,
    reusedTokens: 0,
    copies: 0,
    copiedTokens: 0,
    batches: 0,
  };
  readonly #decoder: Decoder<Sampler>;
  readonly #seats: number;
  readonly #streams: Streams;
  readonly #placement: Placement;
  readonly #entries = new Set<Entry>();
  #branches: Branch<Sampler>[] = [];
  #arrivals = 0;
  #pumping: Promise<void> | null = null;

  constructor(decoder: Decoder<Sampler>, seats: number) {
    this.#decoder = decoder;
    this.#seats = seats;
    this.#streams = emptyStreams(decoder.streams);
    this.#placement = placementOn(decoder, this.#streams, this.counts);
  }

  run(job: Job): Promise<JobResult> {
    return new Promise<JobResult>((resolve, reject) => {
      if (job.signal?.aborted) return reject(job.signal.reason);
      const stopListening = () => job.signal?.removeEventListener("abort", onAbort);
      const left = job.samplers.length;
      const entry: Entry = {
        job,
        arrival: this.#arrivals++,
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
      const onAbort = () => this.#fail(entry, job.signal?.reason);
      job.signal?.addEventListener("abort", onAbort, { once: true });
      this.#entries.add(entry);
      this.#pumping ??= this.#pump();
    });
  }

  async stop(reason: unknown): Promise<void> {
    for (const entry of [...this.#entries]) this.#fail(entry, reason);
    await this.#pumping;
  }

  async #pump(): Promise<void> {
    try {
      while (this.#entries.size > 0 || this.#branches.length > 0) await this.#step();
    } catch (error) {
      for (const entry of [...this.#entries]) this.#fail(entry, error);
      this.#sweep();
      for (let stream = 0; stream < this.#decoder.streams; stream++) {
        this.#decoder.trim(stream, 0);
        this.#streams.cut(stream, 0);
      }
    } finally {
      this.#pumping = null;
    }
  }

  async #step(): Promise<void> {
    this.#sweep();
    await this.#admit();
    if (this.#branches.length === 0) return;
    const moves = await this.#placement.closeGaps();
    for (const branch of this.#branches) branch.stream = moves.get(branch.stream) ?? branch.stream;
    for (const batch of this.#batches()) await this.#evaluate(batch);
  }

  /** Gives up the places of samples whose job is over, and of branches without samples. */
  #sweep(): void {
    for (const branch of this.#branches) {
      for (const { draw } of branch.members.filter(({ entry }) => entry.settled)) this.#decoder.release(draw.sampler);
      branch.members = branch.members.filter(({ entry }) => !entry.settled);
      if (branch.members.length === 0) this.#streams.leave(branch.stream);
    }
    this.#branches = this.#branches.filter(({ members }) => members.length > 0);
  }

  async #admit(): Promise<void> {
    for (const entry of this.#inTurn()) {
      const count = Math.min(this.#seats - this.#taken, entry.waiting);
      if (count <= 0 || this.#isBeingEvaluated(entry.job.prompt)) continue;
      const first = entry.job.samplers.length - entry.waiting;
      entry.waiting -= count;
      const branch = await this.#branchFor(entry);
      for (let index = first; index < first + count; index++) {
        branch.members.push({ entry, draw: newDraw(this.#decoder, entry.job, index) });
      }
    }
  }

  /** Those that wait for places, the earliest first: each stands where the beginning that it goes on with stood. */
  #inTurn(): Entry[] {
    const waiting = [...this.#entries].filter((entry) => entry.waiting > 0);
    if (waiting.length < 2 || this.#taken >= this.#seats) return waiting;
    return waiting
      .map((entry) => ({ entry, turn: this.#streams.originOf(entry.job.prompt)?.arrival ?? entry.arrival }))
      .sort((a, b) => a.turn - b.turn || a.entry.arrival - b.entry.arrival)
      .map(({ entry }) => entry);
  }

  /** Places that are taken. */
  get #taken(): number {
    return this.#branches.reduce((sum, { members }) => sum + members.length, 0);
  }

  /** The branch that stands at the end of the entry's prompt: one that is there, or a new one. */
  async #branchFor(entry: Entry): Promise<Branch<Sampler>> {
    const { prompt } = entry.job;
    let branch = this.#branches.find(
      ({ tokens }) => tokens.length === prompt.length && commonLength(tokens, prompt) === prompt.length,
    );
    if (branch === undefined) {
      const origin = this.#streams.originOf(prompt) ?? { arrival: entry.arrival, length: prompt.length };
      const { stream, kept } = await this.#placement.place(prompt);
      this.#streams.startFrom(stream, origin);
      entry.cachedTokens ??= kept;
      branch = { stream, tokens: [...prompt], members: [] };
      this.#branches.push(branch);
    }
    entry.cachedTokens ??= prompt.length - 1;
    return branch;
  }

  /** Is a neighbour about to have evaluated more of this prompt than is resident now? */
  #isBeingEvaluated(prompt: readonly number[]): boolean {
    const coming = Math.max(0, ...this.#branches.map(({ tokens }) => commonLength(tokens, prompt)));
    return coming < prompt.length && coming > this.#streams.longest(prompt).length + worthWaiting;
  }

  /** What is evaluated next: a chunk of each new prompt by itself, else a token of every branch together. */
  #batches(): Batch<Sampler>[] {
    const rows = this.#branches.map((branch) => {
      const position = this.#streams.tokensOf(branch.stream).length;
      const end = Math.min(branch.tokens.length, position + Math.min(chunkTokens, this.#decoder.batchTokens));
      const tokens = branch.tokens.slice(position, end);
      return { branch, row: { stream: branch.stream, position, tokens, read: end === branch.tokens.length } };
    });
    const chunks = rows.filter(({ row }) => row.tokens.length > 1);
    return chunks.length > 0 ? chunks.map((chunk) => [chunk]) : [rows];
  }

  async #evaluate(batch: Batch<Sampler>): Promise<void> {
    const states = batch.some(({ branch }) => wantsStates(branch));
    const handles = await this.#decoder.evaluate(
      batch.map(({ row }) => row),
      { states },
    );
    this.counts.batches++;
    for (const { stream, tokens } of batch.map(({ row }) => row)) {
      this.#streams.append(stream, tokens);
      this.counts.evaluatedTokens += tokens.length;
    }
    const drawn = await Promise.all(
      batch.map(async ({ branch }, index) => {
        const handle = handles[index] ?? null;
        return { branch, going: handle === null ? null : await this.#drawFrom(branch, handle) };
      }),
    );
    for (const { branch, going } of drawn) if (going !== null) await this.#divide(branch, going);
  }

  /** Draws a token for every sample of the branch; those that go on, by the token that they drew. */
  async #drawFrom(branch: Branch<Sampler>, handle: number): Promise<Map<number, Members<Sampler>>> {
    const state = wantsStates(branch) ? this.#decoder.state(handle) : null;
    const outcomes = await Promise.all(
      branch.members.map(async (member) => {
        const token = await this.#decoder.draw(handle, member.draw.sampler);
        const { logprobs } = member.entry.job;
        const wanted = logprobs !== null && !this.#decoder.endsText(token);
        return { member, token, look: wanted ? this.#decoder.look(handle, token, logprobs) : null };
      }),
    );
    const going = new Map<number, Members<Sampler>>();
    for (const { member, token, look } of outcomes) {
      const { entry, draw } = member;
      if (entry.settled) {
        this.#decoder.release(draw.sampler);
        continue;
      }
      this.counts.sampledTokens++;
      const drawn = draw.take(token, look, entry.job.states === true ? state : null);
      if (drawn === null) going.set(token, [...(going.get(token) ?? []), member]);
      else this.#finish(member.entry, draw, drawn);
    }
    return going;
  }

  /** The samples that drew the same token go on together, the first such group in the branch's own stream. */
  async #divide(branch: Branch<Sampler>, going: ReadonlyMap<number, Members<Sampler>>): Promise<void> {
    const [own, ...others] = going;
    branch.members = own?.[1] ?? [];
    for (const [token, members] of others) {
      const stream = await this.#placement.fork(branch.stream);
      this.#branches.push({ stream, tokens: [...branch.tokens, token], members });
    }
    if (own !== undefined) branch.tokens.push(own[0]);
  }

  #finish(entry: Entry, draw: Draw<Sampler>, drawn: Drawn): void {
    this.#decoder.release(draw.sampler);
    entry.drawn[draw.index] = drawn;
    entry.left--;
    if (entry.left > 0) return;
    const all = entry.drawn.flatMap((one) => (one === undefined ? [] : [one]));
    this.#settle(entry, () => entry.resolve({ drawn: all, cachedTokens: entry.cachedTokens ?? 0 }));
  }

  #fail(entry: Entry, reason: unknown): void {
    this.#settle(entry, () => entry.reject(reason));
  }

  #settle(entry: Entry, finish: () => void): void {
    if (entry.settled) return;
    entry.settled = true;
    this.#entries.delete(entry);
    finish();
  }
}
