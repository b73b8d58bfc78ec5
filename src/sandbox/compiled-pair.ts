import type { Readable, Writable } from "node:stream";
import type { ExecutionResult } from "../core/execution.ts";

/** Gets the standard input and output of a program that waits for a line before it runs. */
export type Line = (input: Writable, output: Readable) => void;

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

  set(source: string, built: Buffer): void {
    if (built.length === 0 || built.length > largestKept) return;
    this.#built.delete(source);
    this.#built.set(source, built);
    const [oldest] = this.#built.keys();
    if (this.#built.size > mostKept && oldest !== undefined) this.#built.delete(oldest);
  }
}

/** One of the two, as the other sees it. */
interface Side {
  readonly line: Line;
  /** Its input and output, once it is built. */
  readonly built: Promise<{ readonly input: Writable; readonly output: Readable }>;
}

/** A program writes an empty line when it is built. */
function side(): Side {
  let found: (streams: { input: Writable; output: Readable }) => void = () => {};
  const built = new Promise<{ input: Writable; output: Readable }>((resolve) => {
    found = resolve;
  });
  const line: Line = (input, output) => {
    input.on("error", () => {}); // the end of the process says it better
    output.once("readable", () => {
      const first: Buffer | null = output.read(1);
      if (first !== null) found({ input, output });
    });
  };
  return { line, built };
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
 * with "subject: " before its error.
 */
export async function runPair(
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
    const pass = (data: Buffer): void => {
      asked = true;
      second.input.write(data);
    };
    first.output.on("data", pass).on("end", () => second.input.end());
    second.output.on("data", (data: Buffer) => first.input.write(data)).on("end", () => first.input.end());
    for (const { input } of [first, second]) input.write("\n");
    return "both" as const;
  });
  try {
    const failed = await Promise.race([both, asking, replying]);
    if (failed !== "both") {
      const ofSubject = (await Promise.race([replying, null])) === failed;
      return ofSubject ? asSubject(failed) : failed;
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
