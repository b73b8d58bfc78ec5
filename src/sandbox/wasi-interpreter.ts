import type { ExecutionLimits, ExecutionResult, Verdict } from "../core/execution.ts";
import { type Picture, pictureOf, restorePicture, takePicture } from "./picture.ts";
import { tail, type WorkRequest } from "./protocol.ts";
import { type AskSubject, Exited, OutputLimitReached, type SubjectEnd, WasiHost } from "./wasi-host.ts";
import { buildMachine, isFull, type Machine, pageBytes } from "./wasi-machine.ts";
import type { StartedPython } from "./wasi-start.ts";

/** A memory that grew beyond this is given back instead of being cleared for the next program. */
const keptBytes = 96 * 1024 * 1024;

type Report = Pick<ExecutionResult, "verdict" | "value" | "error">;

/** The default limit: a program with another one pays for a new memory. */
const usualMemoryMiB = 256;

const longestReplyBytes = 32 * 1024 * 1024;

/** A picture takes this many MiB; a program needs some more to live. */
export const leastMemoryMiB = 48;

/**
 * CPython in WebAssembly, started once and then entered again and again. Each program begins from a picture of the
 * memory taken right after the start, so it gets an interpreter that no other program has touched for the price of one
 * copy of that memory.
 */
export class WasiInterpreter {
  readonly #started: StartedPython;
  readonly #host = new WasiHost(["python"]);
  readonly fresh: Picture;
  #machine: Machine;

  constructor(started: StartedPython) {
    this.#started = started;
    this.fresh = pictureOf(started.memory, started.stackPointer);
    this.#machine = this.#build(usualMemoryMiB, this.fresh.bytes / pageBytes);
  }

  /** What its memory can grow to, in MiB. */
  get memoryMiB(): number {
    return this.#machine.memoryMiB;
  }

  /** A copy of the interpreter as it is, which shares with `before` what has not changed since. */
  picture(before: Picture | null = null): Picture {
    const { memory, stackPointer } = this.#machine;
    return takePicture(memory.buffer, stackPointer.value, before);
  }

  /** Puts the interpreter back to `picture`, in a memory that can grow to `memoryMiB`. */
  restore(picture: Picture, memoryMiB: number): void {
    const current = this.#machine;
    const length = current.memory.buffer.byteLength;
    if (current.memoryMiB !== memoryMiB || length < picture.bytes || length > Math.max(keptBytes, picture.bytes)) {
      this.#machine = this.#build(memoryMiB, picture.bytes / pageBytes);
      if (length > keptBytes) (globalThis as { gc?: () => void }).gc?.();
    }
    restorePicture(picture, this.#machine.memory.buffer);
    this.#machine.stackPointer.value = picture.stackPointer;
  }

  /**
   * Runs a program (`number` 0), or the cell of that number of a session, on the interpreter as it is. `after` a
   * prelude it goes on in the prelude's names; one with a subject is given `ask`. `whole` says whether it came to its
   * own end: if not, the interpreter was left in the middle of something and has to be restored.
   */
  run(
    request: Pick<WorkRequest, "source" | "result" | "stdin" | "limits"> & Partial<Pick<WorkRequest, "files">>,
    number: number,
    { ask = null, after = false }: { readonly ask?: AskSubject | null; readonly after?: boolean } = {},
  ): { result: ExecutionResult; whole: boolean } {
    const { source, result: wanted } = request;
    const body = Buffer.from(JSON.stringify({ source, result: wanted, number, after, subject: ask !== null }));
    this.#host.prepare(
      Buffer.concat([Buffer.from(`${body.length}\n`), body, Buffer.from(request.stdin)]),
      request.limits.outputBytes,
      request.files,
      ask,
    );
    const { report, whole } = this.#enter();
    const { stdout, stderr } = this.#host.takeOutput();
    if ((report.value?.length ?? 0) > request.limits.outputBytes) {
      const error = "The value is longer than the output limit";
      return { result: { verdict: "output-limit", value: null, stdout, error }, whole };
    }
    return { result: { ...report, stdout, error: tail(report.error === "" ? stderr : report.error) }, whole };
  }

  /**
   * Puts a question to the program that was run last, as a subject. Of a metered interpreter, it ends when it has taken
   * more than `instructions`.
   */
  ask(
    question: Buffer,
    { outputBytes, instructions }: Pick<ExecutionLimits, "outputBytes" | "instructions">,
  ): { readonly reply: Buffer } | { readonly end: SubjectEnd } {
    const { meter } = this.#machine;
    if (meter !== null && instructions !== undefined) {
      meter.count.value = 0n;
      meter.limit.value = BigInt(Math.floor(instructions));
    }
    const body = Buffer.from('{"number":-1}');
    this.#host.prepare(Buffer.concat([Buffer.from(`${body.length}\n`), body, question]), outputBytes);
    try {
      const reply = this.#bytesAt(this.#serve());
      if (reply !== null && reply.length <= longestReplyBytes) return { reply: Buffer.from(reply) };
      return { end: reply === null ? "ended" : "output-limit" };
    } catch (error) {
      if (error instanceof OutputLimitReached) return { end: "output-limit" };
      if (meter !== null && BigInt.asUintN(64, meter.count.value) > BigInt.asUintN(64, meter.limit.value))
        return { end: "instructions" };
      return { end: isFull(this.#machine) ? "memory" : "ended" };
    } finally {
      if (meter !== null) meter.limit.value = -1n;
      this.#host.takeOutput();
    }
  }

  #serve(): number {
    const { serve, call, noArguments } = this.#started.entry;
    const enter = this.#machine.table.get(call) as (callable: number, args: number, keywords: number) => number;
    return enter(serve, noArguments, 0);
  }

  #enter(): { report: Report; whole: boolean } {
    try {
      const text = this.#bytesAt(this.#serve())?.toString("utf8") ?? null;
      const report = text === null ? null : readReport(text);
      return report === null
        ? { report: this.#died("no report"), whole: false }
        : { report: this.#judge(report), whole: true };
    } catch (error) {
      return { report: this.#cutOff(error), whole: false };
    }
  }

  #cutOff(error: unknown): Report {
    if (error instanceof OutputLimitReached) {
      return { verdict: "output-limit", value: null, error: "The program wrote more than it may" };
    }
    if (error instanceof Exited) return exitReport(error.status);
    return this.#died(error instanceof Error ? error.message : String(error));
  }

  /** Where memory runs out at an unlucky place (a new frame), CPython reports a SystemError without a cause. */
  #judge(report: Report): Report {
    const ranOut = report.verdict === "error" && /^SystemError(?:: |$)/m.test(report.error) && isFull(this.#machine);
    return ranOut ? { ...report, verdict: "memory" } : report;
  }

  /** The interpreter failed as a whole; when its memory was nearly full, that is why. */
  #died(message: string): Report {
    return {
      verdict: isFull(this.#machine) ? "memory" : "crashed",
      value: null,
      error: `The interpreter died: ${message}`,
    };
  }

  /**
   * What a Python bytes object holds: its length is its third word, its bytes begin after the fourth. Null for a null
   * pointer.
   */
  #bytesAt(address: number): Buffer | null {
    if (address === 0) return null;
    const { buffer } = this.#machine.memory;
    return Buffer.from(buffer, address + 16, new DataView(buffer).getUint32(address + 8, true));
  }

  #build(memoryMiB: number, pages: number): Machine {
    return buildMachine(this.#started.module, this.#host, memoryMiB, pages);
  }
}

const verdicts: ReadonlySet<unknown> = new Set<Verdict>(["ok", "error", "memory"]);

/** A program can reach what writes its report, so the report is checked like any other input. */
function readReport(text: string): Report | null {
  const { verdict, value, error } = JSON.parse(text) as Record<string, unknown>;
  const sound = verdicts.has(verdict) && (value === null || typeof value === "string") && typeof error === "string";
  return sound ? { verdict: verdict as Verdict, value, error } : null;
}

const exitReport = (status: number): Report =>
  status === 0
    ? { verdict: "ok", value: null, error: "" }
    : { verdict: "error", value: null, error: `The program ended the process with status ${status}` };
