import { type Readable, Transform, type Writable } from "node:stream";
import type { ExecutionResult } from "../core/execution.ts";
import { cannotUnpack } from "./compiled-script.ts";

/**
 * Gets the standard input and output of a program that waits for a line before it runs, and what ends it where it
 * writes too much.
 */
export type Line = (input: Writable, output: Readable, flood: () => void) => void;

/** How one of a pair is run: by its source, or as it was built before; what a build leaves can be kept. */
export interface PairRun {
  readonly line: Line;
  readonly built?: Buffer;
  readonly keep?: (built: Buffer) => void;
}

/** Gets what a library's build left; the program itself is not run. */
export const libraryRun = (keep: (built: Buffer) => void): PairRun => ({
  line: (input, output) => {
    input.on("error", () => {});
    input.end();
    output.resume();
  },
  keep,
});

type Execute = (source: string, end: AbortSignal, pair: PairRun) => Promise<ExecutionResult>;

const mostKept = 32;
const largestKept = 8 * 1024 * 1024;

/** Drivers as they were built, by their source: many answers are put to the same tests. */
export class BuiltPrograms {
  readonly #built = new Map<string, Buffer>();

  get(source: string): Buffer | undefined {
    return this.#built.get(source);
  }

  drop(source: string): void {
    this.#built.delete(source);
  }

  set(source: string, built: Buffer): void {
    if (built.length === 0 || built.length > largestKept) return;
    this.drop(source);
    this.#built.set(source, built);
    const [oldest] = this.#built.keys();
    if (this.#built.size > mostKept && oldest !== undefined) this.#built.delete(oldest);
  }
}

/** A program's streams, once it is built. */
interface Streams {
  readonly input: Writable;
  readonly output: Readable;
  readonly flood: () => void;
}

/** One of the two, as the other sees it. */
interface Side {
  readonly line: Line;
  readonly built: Promise<Streams>;
}

/** A program writes an empty line when it is built. */
function side(): Side {
  let found: (streams: Streams) => void = () => {};
  const built = new Promise<Streams>((resolve) => {
    found = resolve;
  });
  const line: Line = (input, output, flood) => {
    input.on("error", () => {}); // the end of the process says it better
    output.once("readable", () => {
      const first: Buffer | null = output.read(1);
      if (first !== null) found({ input, output, flood });
    });
  };
  return { line, built };
}

/** What a program may reply in all. */
const mostReplied = 128 * 1024 * 1024;

/** Counts what goes through, and tells when it is too much. */
function counted(most: number, flood: () => void): Transform {
  let room = most;
  return new Transform({
    transform(data: Buffer, _encoding, done) {
      room -= data.length;
      if (room < 0) flood();
      done(null, room < 0 ? null : data);
    },
  });
}

/** What one writes the other reads, no faster than it does; what nobody reads any more is let go. */
function connect(driver: Streams, subject: Streams, asked: () => void): void {
  driver.output.once("data", asked);
  const replies = subject.output.pipe(counted(mostReplied, subject.flood));
  for (const [from, to] of [
    [driver.output, subject.input],
    [replies, driver.input],
  ] as const) {
    to.once("unpipe", () => from.resume());
    from.pipe(to);
  }
  for (const { input } of [driver, subject]) input.write("\n");
}

interface PairOfSources {
  readonly driver: string;
  readonly subject: string;
  readonly signal: AbortSignal;
  readonly drivers: BuiltPrograms;
}

/**
 * Builds two programs at once and, when both are built, runs them with the output of each as the input of the other.
 * How the driver ends is the result, but where the subject did not build or ended under it: then the subject's end is,
 * with "subject: " before its error. Where neither builds it is the driver's end, whichever was first. A driver whose
 * kept build is no good is built anew.
 */
export async function runPair(execute: Execute, sources: PairOfSources): Promise<ExecutionResult> {
  const result = await runBuilt(execute, sources);
  if (result.verdict !== "refused" || result.error !== cannotUnpack) return result;
  const { driver, drivers } = sources;
  if (drivers.get(driver) === undefined) return result;
  drivers.drop(driver);
  return await runBuilt(execute, sources);
}

async function runBuilt(
  execute: Execute,
  { driver, subject, signal, drivers }: PairOfSources,
): Promise<ExecutionResult> {
  const stop = new AbortController();
  const end = AbortSignal.any([signal, stop.signal]);
  const [one, other] = [side(), side()];
  const built = drivers.get(driver);
  let asked = false;
  const keep = built === undefined ? (made: Buffer) => drivers.set(driver, made) : undefined;
  const asking = execute(driver, end, { line: one.line, built, keep });
  const replying = execute(subject, end, { line: other.line });
  const both = Promise.all([one.built, other.built]).then(([first, second]) => {
    connect(first, second, () => {
      asked = true;
    });
    return "both" as const;
  });
  try {
    const failed = await Promise.race([both, asking, replying]);
    if (failed !== "both") {
      const ofSubject = (await Promise.race([replying, null])) === failed;
      if (!ofSubject) return failed;
      const ofDriver = await Promise.race([asking, one.built.then(() => null)]);
      return ofDriver ?? asSubject(failed);
    }
    const ended = await Promise.race([asking.then(() => null), replying]);
    const result = await asking;
    return ended !== null && endedUnder.test(result.error) ? asSubject(ended) : { ...result, asked };
  } finally {
    stop.abort(new Error("The other program has ended."));
    await Promise.allSettled([asking, replying]);
  }
}

/** What a driver says when its question gets no reply. */
const endedUnder = /the program ended before its tests/;

const asSubject = (result: ExecutionResult): ExecutionResult => ({
  ...result,
  verdict: result.verdict === "ok" ? "error" : result.verdict,
  error: `subject: ${result.error}`,
});
