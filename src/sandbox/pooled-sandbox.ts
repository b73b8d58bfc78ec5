import { availableParallelism } from "node:os";
import { defaultLimits, type ExecutionLimits, type Program, type Sandbox } from "../core/execution.ts";
import { failed } from "./failed.ts";
import { Pool, workOf } from "./pool.ts";
import { PooledSession, type Session } from "./session.ts";
import type { WorkerCommand } from "./worker-process.ts";

export interface SandboxOptions {
  /** Worker processes, and so programs at a time. Default: one a core, four at most. */
  readonly workers?: number;
  /** Programs after which a worker process is replaced. */
  readonly programsPerWorker?: number;
}

/** A sandbox whose programs run in a pool of worker processes. */
export class PooledSandbox implements Sandbox {
  readonly id: string;
  readonly #language: Program["language"];
  /** Do its workers lay a program's files where it starts? */
  readonly #laysFiles: boolean;
  readonly #counts: boolean;
  readonly pool: Pool;

  constructor(
    id: string,
    language: Program["language"],
    command: WorkerCommand,
    options: SandboxOptions,
    { laysFiles = false, counts = false }: { readonly laysFiles?: boolean; readonly counts?: boolean } = {},
  ) {
    this.#counts = counts;
    this.#laysFiles = laysFiles;
    this.id = id;
    this.#language = language;
    this.pool = new Pool(command, {
      workers: options.workers ?? Math.min(4, availableParallelism()),
      programsPerWorker: options.programsPerWorker ?? 5000,
    });
  }

  async run(program: Program, options: { limits?: Partial<ExecutionLimits>; signal?: AbortSignal } = {}) {
    options.signal?.throwIfAborted();
    const limits = { ...defaultLimits, ...options.limits };
    const refusal =
      reasonToRefuse(this.id, this.#language, program, limits) ??
      this.#reasonAgainstFiles(program) ??
      (limits.instructions === undefined || this.#counts ? null : `The ${this.id} runtime counts no instructions`);
    if (refusal !== null) return failed("refused", refusal);
    return (await this.pool.run(workOf(program, limits), options.signal)).result;
  }

  /** An interpreter that keeps its state from cell to cell. */
  openSession(): Session {
    return new PooledSession(this.pool, [], (cell, limits) =>
      reasonToRefuse(this.id, this.#language, { language: this.#language, ...cell }, limits),
    );
  }

  #reasonAgainstFiles(program: Program): string | null {
    if (this.#laysFiles) return reasonAgainstFiles(program);
    const given = Object.keys(program.files ?? {}).length > 0;
    return given ? `The ${this.id} runtime has no files: give the text as standard input` : null;
  }

  dispose(): Promise<void> {
    return this.pool.dispose();
  }
}

const longestSource = 1024 * 1024;
const longestInput = 16 * 1024 * 1024;

const mostFiles = 64;

const plainName = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

/** Why the files of a program cannot be laid; null where they can. `inFolders`: may they lie in folders? */
export function reasonAgainstFiles({ files = {} }: Program, inFolders = false): string | null {
  const names = Object.keys(files);
  const bad = names.find((name) => !(inFolders ? name.split("/") : [name]).every((part) => plainName.test(part)));
  if (bad !== undefined)
    return `A file is named by letters, digits, "_", "-" and ".", got ${JSON.stringify(bad.slice(0, 100))}`;
  if (names.length > mostFiles) return `A program may have ${mostFiles} files, got ${names.length}`;
  const length = Object.values(files).reduce((sum, text) => sum + text.length, 0);
  return length > longestInput ? `The files are longer than ${longestInput} characters together` : null;
}

function reasonToRefuse(
  id: string,
  language: Program["language"],
  program: Program,
  limits: ExecutionLimits,
): string | null {
  if (program.language !== language) return `The ${id} runtime runs ${language}, not ${program.language}`;
  const pair = program.subject !== undefined || program.prelude !== undefined;
  if (pair && (language === "smt2" || Object.keys(program.files ?? {}).length > 0))
    return `The ${id} runtime takes no prelude and no subject ${language === "smt2" ? "" : "beside files"}`.trimEnd();
  const sources = [program.source, program.prelude ?? "", program.subject?.source ?? ""];
  if (Math.max(...sources.map(({ length }) => length)) > longestSource)
    return `The source is longer than ${longestSource} characters`;
  if ((program.stdin?.length ?? 0) > longestInput) return `The input is longer than ${longestInput} characters`;
  const bad = Object.entries(limits).find(([, value]) => value !== undefined && !(Number.isFinite(value) && value > 0));
  return bad === undefined ? null : `${bad[0]} must be a positive number, got ${bad[1]}`;
}
