/** Languages that the machine's own compilers build. */
export type BuiltLanguage = "java" | "go" | "cpp" | "rust" | "csharp" | "d";

/** Languages that the machine's own interpreters run. */
export type ScriptLanguage = "php" | "ruby" | "lua" | "perl" | "r" | "racket" | "bash" | "ocaml";

/** A program for the sandbox. */
export interface Program {
  /**
   * `smt2`: SMT-LIB 2, whose output is what the solver prints. Compiled languages print, and have no value. `shell`: a
   * command of the machine's own programs, such as a checker; its files may lie in folders.
   */
  readonly language: "python" | "javascript" | "smt2" | "shell" | BuiltLanguage | ScriptLanguage;
  readonly source: string;
  /** Name of a function to call without arguments, or of a variable to read, once the source has run. */
  readonly result?: { readonly call: string } | { readonly variable: string };
  readonly stdin?: string;
  /**
   * Texts by file name, laid in the folder where the program starts. Runtimes without files refuse a program that is
   * given some.
   */
  readonly files?: Readonly<Record<string, string>>;
  /** Of `shell` alone: folders of this machine that it may read. Never a model's or a dataset's choice. */
  readonly folders?: readonly string[];
  /**
   * Source that runs before `source`, in the same names. The same for many programs: a runtime may keep what it
   * compiled, or the state after it.
   */
  readonly prelude?: string;
  /**
   * A second program, in a process of its own with limits of its own. `source` can question it: `ask_subject(text)`
   * gives the text that the subject's function `reply(text)` returns, and fails once the subject has ended. Neither
   * sees the other's source, names or memory. Runtimes of Python and JavaScript take one, and
   * treat its source as a prelude.
   */
  readonly subject?: { readonly source: string };
}

/**
 * Processor time is limited with wall time, and files where a runtime lets programs write any: 16 MiB each, in a folder
 * in memory that goes with the program.
 */
export interface ExecutionLimits {
  readonly wallMs: number;
  readonly memoryMiB: number;
  readonly outputBytes: number;
  /**
   * Instructions that a question to the subject may take; they are then counted. In metered Python alone, which other
   * programs do not need: it is slower.
   */
  readonly instructions?: number;
}

export const defaultLimits: ExecutionLimits = Object.freeze({ wallMs: 10_000, memoryMiB: 256, outputBytes: 64 * 1024 });

/**
 * How a program ended: `ok`; `error` an exception or a non-zero exit; `timeout`; `memory` out of memory; `output-limit`
 * wrote more than allowed; `crashed` the interpreter died; `refused` the program could not be taken (bad request).
 */
export type Verdict = "ok" | "error" | "timeout" | "memory" | "output-limit" | "crashed" | "refused";

export interface ExecutionResult {
  readonly verdict: Verdict;
  /**
   * The asked-for value as canonical text (integers and fractions exact, floats shortest), null when none was asked for
   * or made.
   */
  readonly value: string | null;
  readonly stdout: string;
  /** The tail of the traceback or of standard error. */
  readonly error: string;
  /** Of `shell` alone: the exit status, where it came to its end. */
  readonly exit?: number;
  /** Of two programs behind walls of their own: did the first write to the second? */
  readonly asked?: boolean;
}

/** A piece of a program that runs in the state the pieces before it left. */
export type Cell = Omit<Program, "language" | "files" | "folders" | "prelude" | "subject">;

/**
 * An interpreter that keeps its state: what one cell defines the next can use. The value of a cell is the one it asks
 * for, or else that of its last expression. A cell that ends in an exception keeps what it did until then, as at a
 * prompt; a cell that was cut off (`timeout`, `crashed`, and mostly `memory` and `output-limit`) leaves the state as it
 * was before it.
 */
export interface Session {
  run(cell: Cell, options?: { limits?: Partial<ExecutionLimits>; signal?: AbortSignal }): Promise<ExecutionResult>;
  /** A session of its own that starts from this one's state, after the cells asked for so far. Costs no run. */
  fork(): Promise<Session>;
  dispose(): Promise<void>;
}

/** Runs untrusted programs. A program's failure is a result, never an exception. */
export interface Sandbox {
  readonly id: string;
  run(
    program: Program,
    options?: { limits?: Partial<ExecutionLimits>; signal?: AbortSignal },
  ): Promise<ExecutionResult>;
  /** An interpreter that keeps its state; where absent, the engine runs earlier cells again before each new one. */
  openSession?(): Session;
  dispose(): Promise<void>;
}
