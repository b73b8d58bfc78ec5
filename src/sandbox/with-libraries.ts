import { EnvironmentError } from "../core/errors.ts";
import type { Cell, ExecutionResult, Sandbox, Session } from "../core/execution.ts";
import { importOf, libraryNames } from "./python-imports.ts";
import { asksForMachine } from "./python-needs.ts";
import { PooledSession } from "./session.ts";

type Options = Parameters<Session["run"]>[1];

const importsLibrary = importOf(libraryNames);

/** Is it a program that Python on WebAssembly cannot run as the machine's own would? */
const isMoved = (source: string): boolean => importsLibrary.test(source) || asksForMachine(source);

/**
 * Python on `sandbox`, but for programs that import such libraries, or ask for what only a whole machine has
 * (files to write, time zones, some modules of Python's own): they run where those are, in the sandbox that `open`
 * makes when the first one comes. Where that one cannot be set up they stay here and fail, and the error says why it
 * could not. A session moves over, with all its cells, when one of them is such a program.
 */
export function withLibraries(sandbox: Sandbox, open: () => Sandbox): Sandbox {
  let other: Sandbox | string | undefined;
  const opened = (): Sandbox | string => {
    other ??= attempt(open);
    return other;
  };
  const library = (): Sandbox | null => {
    const found = opened();
    return typeof found === "string" ? null : found;
  };
  const { openSession } = sandbox;
  return {
    id: sandbox.id,
    run: async (program, options) => {
      const needed = program.language === "python" && isMoved(program.source);
      const chosen = needed ? opened() : sandbox;
      if (typeof chosen !== "string") return await chosen.run(program, options);
      const result = await sandbox.run(program, options);
      const lacks = result.verdict === "error" && /\b(?:ModuleNotFound|Import)Error\b/.test(result.error);
      return lacks ? { ...result, error: `${result.error.trimEnd()}\n${chosen}` } : result;
    },
    openSession:
      openSession && (() => new MovingSession(openSession.call(sandbox), () => library()?.openSession?.() ?? null)),
    dispose: async () => {
      await Promise.all([sandbox.dispose(), typeof other === "string" ? null : other?.dispose()]);
    },
  };
}

/** The sandbox, or why there is none. */
function attempt(open: () => Sandbox): Sandbox | string {
  try {
    return open();
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
}

/** What cells wrote was seen when they ran: when they run again it ends none of them. */
const enoughBytes = 16 * 1024 * 1024;

interface Past {
  readonly cell: Cell;
  readonly options: Options;
}

/**
 * A session that begins in one sandbox and goes on in another from the first cell that needs it. Cells run in the order
 * of the calls.
 */
class MovingSession implements Session {
  #session: Session;
  readonly #move: () => Session | null;
  /** Cells that had their effects; null once it has moved. */
  #past: readonly Past[] | null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(session: Session, move: () => Session | null, past: readonly Past[] | null = []) {
    this.#session = session;
    this.#move = move;
    this.#past = past;
  }

  run(cell: Cell, options?: Options): Promise<ExecutionResult> {
    const turn = this.#last.then(() => this.#perform(cell, options));
    this.#last = turn.catch(() => {});
    return turn;
  }

  async #perform(cell: Cell, options: Options): Promise<ExecutionResult> {
    if (this.#past !== null && isMoved(cell.source)) await this.#moveOver();
    const result = await this.#session.run(cell, options);
    const ended = result.verdict === "ok" || result.verdict === "error";
    const happened = this.#session instanceof PooledSession ? this.#session.keptLast : ended;
    if (this.#past !== null && happened) this.#past = [...this.#past, { cell, options }];
    return result;
  }

  async #moveOver(): Promise<void> {
    const next = this.#move();
    if (next === null) return;
    for (const { cell, options } of this.#past ?? []) {
      const { signal: _signal, limits, ...rest } = options ?? {};
      await next.run(cell, { ...rest, limits: { ...limits, outputBytes: enoughBytes } });
    }
    await this.#session.dispose();
    this.#session = next;
    this.#past = null;
  }

  async fork(): Promise<Session> {
    await this.#last;
    return new MovingSession(await this.#session.fork(), this.#move, this.#past);
  }

  async dispose(): Promise<void> {
    await this.#last;
    await this.#session.dispose();
  }
}
