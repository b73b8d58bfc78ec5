import { Fd, WASI, wasi } from "@bjorn3/browser_wasi_shim";
import { GivenFolder } from "./wasi-files.ts";

/** Thrown through the interpreter to leave it: the output limit was passed. */
export class OutputLimitReached extends Error {}
/** Thrown through the interpreter to leave it once it has started. */
export class Started extends Error {}
/** Thrown through the interpreter to leave it: the program ended the process. */
export class Exited extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`exit with status ${status}`);
    this.status = status;
  }
}

/** Why a subject replies no more, as the program that asks is told. */
export type SubjectEnd = "memory" | "output-limit" | "instructions" | "ended";

/** What takes a question to the subject and brings its reply back. */
export type AskSubject = (question: Buffer) => { readonly reply: Buffer } | { readonly end: SubjectEnd };

const lengthBytes = 8;

function framed(answer: ReturnType<AskSubject>): Buffer {
  const head = Buffer.alloc(lengthBytes);
  head.writeBigInt64LE("reply" in answer ? BigInt(answer.reply.length) : -1n);
  return Buffer.concat([head, "reply" in answer ? answer.reply : Buffer.from(answer.end.slice(0, 1))]);
}

/**
 * Standard input from bytes in memory, and the line from a program to its subject: the interpreter's library lets no
 * other number through to its host. What is written here is a question, with its length in eight bytes before it; what
 * is read next is the reply in the same form, or a length of -1 and the first letter of an end.
 */
class Input extends Fd {
  #left: Uint8Array = new Uint8Array();
  #ask: AskSubject | null = null;
  #question: Buffer[] = [];

  load(bytes: Uint8Array, ask: AskSubject | null): void {
    this.#left = bytes;
    this.#ask = ask;
    this.#question = [];
  }

  override fd_fdstat_get() {
    return { ret: wasi.ERRNO_SUCCESS, fdstat: new wasi.Fdstat(wasi.FILETYPE_CHARACTER_DEVICE, 0) };
  }

  override fd_read(size: number) {
    const data = this.#left.subarray(0, size);
    this.#left = this.#left.subarray(data.length);
    return { ret: wasi.ERRNO_SUCCESS, data };
  }

  override fd_write(data: Uint8Array) {
    if (this.#ask === null) return { ret: wasi.ERRNO_NOTSUP, nwritten: 0 };
    this.#question.push(Buffer.from(data));
    const all = this.#question.length === 1 ? Buffer.from(data) : Buffer.concat(this.#question);
    if (all.length >= lengthBytes && all.length >= lengthBytes + Number(all.readBigInt64LE(0))) {
      this.#question = [];
      this.#left = framed(this.#ask(all.subarray(lengthBytes)));
    }
    return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
  }
}

/** Standard output and standard error: what was written, up to a limit that both share. */
class Output extends Fd {
  #parts: Uint8Array[] = [];
  readonly #room: { bytes: number };

  constructor(room: { bytes: number }) {
    super();
    this.#room = room;
  }

  override fd_fdstat_get() {
    const fdstat = new wasi.Fdstat(wasi.FILETYPE_CHARACTER_DEVICE, 0);
    fdstat.fs_rights_base = BigInt(wasi.RIGHTS_FD_WRITE);
    return { ret: wasi.ERRNO_SUCCESS, fdstat };
  }

  override fd_write(data: Uint8Array) {
    const kept = data.slice(0, this.#room.bytes);
    this.#room.bytes -= kept.length;
    this.#parts.push(kept);
    if (kept.length < data.length) throw new OutputLimitReached();
    return { ret: wasi.ERRNO_SUCCESS, nwritten: data.length };
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString("utf8");
    this.#parts = [];
    return text;
  }
}

/** The three streams and the folder. */
const fixed = 4;
/** Open at a time; the host keeps something for each. */
const mostOpen = 256;

type Import = (...given: readonly never[]) => number;

const nanosecondsPerReading = 1_000_000n;
const firstReading = 946_684_800_000_000_000n; // the first second of the year 2000

/**
 * The world of one interpreter: three standard streams, a folder with the files that were given, a clock and random
 * bytes. There is nothing else to open. The clock is not the machine's: it begins with the year 2000, moves on by one
 * millisecond whenever it is read and by the time slept when a program sleeps, which then costs nothing. Random bytes
 * come from a counter. A program that is run twice does the same twice. Of a metered interpreter, the resolution of any
 * clock is the number of instructions done so far, in nanoseconds: Python asks for it by name alone.
 */
export class WasiHost {
  readonly input = new Input();
  readonly #room = { bytes: 0 };
  readonly #output = new Output(this.#room);
  readonly #error = new Output(this.#room);
  readonly #folder = new GivenFolder();
  readonly #wasi: WASI;
  #clock = firstReading;
  #random = 0x9e3779b9;
  readonly #starting: boolean;
  #count: WebAssembly.Global | undefined;

  constructor(args: readonly string[], starting = false) {
    this.#starting = starting;
    this.#wasi = new WASI([...args], [], this.#streams(), { debug: false });
  }

  #streams(): Fd[] {
    return [this.input, this.#output, this.#error, this.#folder];
  }

  /** Before each entry: what the program reads, and how much it may write. */
  prepare(
    stdin: Uint8Array,
    outputBytes: number,
    files: Readonly<Record<string, string>> = {},
    ask: AskSubject | null = null,
  ): void {
    this.input.load(stdin, ask);
    this.#folder.load(files);
    this.#wasi.fds = this.#streams();
    this.#output.take();
    this.#error.take();
    this.#room.bytes = outputBytes;
    this.#clock = firstReading;
    this.#random = 0x9e3779b9;
  }

  takeOutput(): { stdout: string; stderr: string } {
    return { stdout: this.#output.take(), stderr: this.#error.take() };
  }

  bind(instance: Pick<WebAssembly.Instance, "exports">, count?: WebAssembly.Global): void {
    this.#count = count;
    this.#wasi.inst = instance as unknown as WASI["inst"];
  }

  imports(memory: WebAssembly.Memory): WebAssembly.Imports[string] {
    const view = () => new DataView(memory.buffer);
    const unsupported = () => wasi.ERRNO_NOTSUP;
    return {
      ...this.#wasi.wasiImport,
      clock_time_get: (_clock: number, _precision: bigint, at: number) => {
        if (this.#starting && this.#room.bytes < startOutputBytes) throw new Started();
        this.#clock += nanosecondsPerReading;
        view().setBigUint64(at, this.#clock, true);
        return wasi.ERRNO_SUCCESS;
      },
      clock_res_get: (_clock: number, at: number) => {
        view().setBigUint64(at, (this.#count?.value as bigint | undefined) ?? nanosecondsPerReading, true);
        return wasi.ERRNO_SUCCESS;
      },
      poll_oneoff: (from: number, to: number, count: number, events: number) =>
        this.#sleep(view(), from, to, count, events),
      random_get: (at: number, length: number) => {
        const bytes = new Uint8Array(memory.buffer, at, length);
        for (let i = 0; i < length; i++) {
          this.#random = Math.imul(this.#random ^ (this.#random >>> 15), 0x2c1b3c6d) + 0x297a2d39;
          bytes[i] = this.#random >>> 24;
        }
        return wasi.ERRNO_SUCCESS;
      },
      proc_exit: (status: number) => {
        throw new Exited(status);
      },
      // The streams and the folder stay open whatever the program closes: others have nothing to put in their place.
      fd_close: (fd: number) => (fd < fixed ? wasi.ERRNO_SUCCESS : this.#close(fd)),
      path_open: (...given: readonly never[]) =>
        this.#wasi.fds.length < mostOpen ? (this.#wasi.wasiImport.path_open as Import)(...given) : wasi.ERRNO_MFILE,
      fd_renumber: unsupported,
      sock_accept: unsupported,
      sock_recv: unsupported,
      sock_send: unsupported,
      sock_shutdown: unsupported,
    };
  }

  /** The shim leaves a hole where a file was: those at the end are taken away. */
  #close(fd: number): number {
    const { fds } = this.#wasi;
    const result = (this.#wasi.wasiImport.fd_close as (fd: number) => number)(fd);
    while (fds.length > fixed && fds.at(-1) === undefined) fds.pop();
    return result;
  }

  /** Answers `poll_oneoff` for one clock subscription by moving the clock; everything else is not supported. */
  #sleep(view: DataView, from: number, to: number, count: number, events: number): number {
    if (count !== 1 || view.getUint8(from + 8) !== wasi.EVENTTYPE_CLOCK) return wasi.ERRNO_NOTSUP;
    const time = view.getBigUint64(from + 24, true);
    const absolute = (view.getUint16(from + 40, true) & wasi.SUBCLOCKFLAGS_SUBSCRIPTION_CLOCK_ABSTIME) !== 0;
    const until = absolute ? time : this.#clock + time;
    if (until > this.#clock) this.#clock = until;
    view.setBigUint64(to, view.getBigUint64(from, true), true);
    view.setUint16(to + 8, wasi.ERRNO_SUCCESS, true);
    view.setUint8(to + 10, wasi.EVENTTYPE_CLOCK);
    view.setUint32(events, 1, true);
    return wasi.ERRNO_SUCCESS;
  }
}

/** While the interpreter starts it may write this much; having written anything, it has announced itself. */
export const startOutputBytes = 4096;
