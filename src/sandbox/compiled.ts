import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { Readable } from "node:stream";
import { EnvironmentError } from "../core/errors.ts";
import {
  defaultLimits,
  type ExecutionLimits,
  type ExecutionResult,
  type Program,
  type Sandbox,
} from "../core/execution.ts";
import { BuiltPrograms, libraryRun, type PairRun, runPair } from "./compiled-pair.ts";
import {
  builtFile,
  cannotUnpack,
  compiledScript,
  isLost,
  libraryFile,
  verdictOf,
  wholeBuild,
} from "./compiled-script.ts";
import { compiledFilter } from "./compiled-seccomp.ts";
import { type Compiler, compilers } from "./compilers.ts";
import { failed } from "./failed.ts";
import { enteringGroup, openMemoryGroup } from "./memory-group.ts";
import { watchMemory } from "./memory-watch.ts";
import { reasonAgainstFiles } from "./pooled-sandbox.ts";
import { tail } from "./protocol.ts";
import { findTool, missingTool } from "./tools.ts";

const mebibyte = 1024 * 1024;
const nobody = 65534;
/** Descriptors of bubblewrap: the source is 3, the filter 4. */
const firstGiven = 5;
/** A compiler that is missing, and how to get it; null where programs of this language can be run here. */
export function missingCompiler(language: Compiler["language"]): string | null {
  const compiler = compilers.find((one) => one.language === language);
  if (process.platform !== "linux") return `compiled programs need Linux, this is ${process.platform}`;
  if (compiledFilter(process.arch) === null) return `the numbers of system calls of ${process.arch} are not known`;
  return missingTool("bubblewrap", "prlimit", "timeout", ...(compiler?.tools ?? []));
}

/**
 * Programs in C++, Java, Go, Rust and scripting languages, built and run by the machine's own tools behind bubblewrap:
 * namespaces of their own (no network, no other process), a read-only `/usr`, no environment, an empty `/work` in
 * memory, limits on processor time, memory, file size and processes, and a filter of system calls. Every program is
 * built from scratch, so this is for judging a few answers and not for search. A program has no value: tests print. Its
 * standard error is part of the result however it ends, and a program that does not build is an `error` that begins
 * with "compile error". A program with a subject is built and run beside it, each behind walls of its own; the standard
 * output of one is the standard input of the other, and where the subject decides how it ends, the error begins with
 * "subject: ".
 *
 * @throws EnvironmentError where the compiler or bubblewrap is missing: how to install it is in the message.
 */
export function createCompiledSandbox(language: Compiler["language"]): Sandbox {
  const missing = missingCompiler(language);
  const compiler = compilers.find((one) => one.language === language);
  if (missing !== null || compiler === undefined) {
    throw new EnvironmentError(`The sandbox for ${language} cannot be set up: ${missing}.`);
  }
  const stop = new AbortController();
  const drivers = new BuiltPrograms();
  let last: Promise<unknown> = Promise.resolve();
  let library: Promise<Buffer | null> | undefined;
  return {
    id: `compiled-${language}`,
    run: (program, options = {}) => {
      options.signal?.throwIfAborted();
      const limits = { ...defaultLimits, ...options.limits };
      const refusal = refuse(program, language, limits);
      if (refusal !== null) return Promise.resolve(failed("refused", refusal));
      const signals = options.signal === undefined ? [stop.signal] : [stop.signal, options.signal];
      // One at a time: a compiler takes a core and much memory.
      const signal = AbortSignal.any(signals);
      const { subject } = program;
      const turn = last.then(async () => {
        library ??= builtLibrary(compiler, stop.signal).catch((error: unknown) => {
          library = undefined; // the next program asks anew
          throw error;
        });
        const common = await library;
        const executeOne = (source: string, end: AbortSignal, pair?: PairRun) =>
          execute(compiler, { ...program, source }, limits, end, {
            library: common,
            ...(pair !== undefined && { pair }),
          });
        const result = await (subject === undefined
          ? executeOne(program.source, signal)
          : runPair(executeOne, { driver: program.source, subject: subject.source, signal, drivers }));
        if (result.verdict === "refused") library = undefined;
        return result;
      });
      last = turn.catch(() => {});
      return turn;
    },
    dispose: async () => stop.abort(new Error("The sandbox was disposed of.")),
  };
}

/** Null where there is none, or it does not build here: then each program's build makes what it needs. */
async function builtLibrary(compiler: Compiler, signal: AbortSignal): Promise<Buffer | null> {
  if (compiler.library === undefined) return null;
  const { source, folder } = compiler.library;
  let built: Buffer | null = null;
  const pair = libraryRun((made) => {
    built = made.length > 0 ? made : null;
  });
  await execute({ ...compiler, built: folder }, { language: compiler.language, source }, defaultLimits, signal, {
    pair,
  });
  return built;
}

function refuse(program: Program, language: string, limits: ExecutionLimits): string | null {
  if (program.language !== language) return `The runtime for ${language} does not run ${program.language}`;
  if (program.prelude !== undefined) return `A program in ${language} has no prelude`;
  if (program.result !== undefined) return `A program in ${language} has no value to ask for: let it print`;
  if (program.folders !== undefined && language !== "shell") return `A program in ${language} is shown no folders`;
  const reason = reasonAgainstFiles(program, language === "shell");
  if (reason !== null) return reason;
  const taken = [compilers.find((one) => one.language === language)?.file ?? "", libraryFile];
  const clash = taken.find((name) => Object.hasOwn(program.files ?? {}, name));
  if (clash !== undefined) return `A file may not be named ${clash}: the program is`;
  const bad = Object.entries(limits).find(([, value]) => !(Number.isFinite(value) && value > 0));
  return bad === undefined ? null : `${bad[0]} must be a positive number, got ${bad[1]}`;
}

function walls({ file, also, workMiB }: Compiler, given: readonly string[], shown: readonly string[]): string[] {
  const linked = ["/lib", "/lib64", "/lib32", "/bin"].filter((path) => existsSync(path));
  const bound = ["/usr", ...["/etc/alternatives"].filter((path) => existsSync(path)), ...also(), ...shown];
  const parents = new Set(given.flatMap(parentsOf));
  return [
    ...["--unshare-all", "--unshare-user", "--die-with-parent", "--new-session", "--cap-drop", "ALL"],
    ...["--uid", String(nobody), "--gid", String(nobody), "--hostname", "sandbox", "--clearenv"],
    // The Go that its makers unpack is found before the system's.
    ...["--setenv", "PATH", "/usr/local/go/bin:/usr/bin", "--setenv", "TMPDIR", "/work"],
    ...["--setenv", "LC_ALL", "C.UTF-8", "--setenv", "TZ", "UTC"],
    ...bound.flatMap((path) => ["--ro-bind", path, path]),
    ...linked.flatMap((path) => ["--symlink", `usr${path}`, path]),
    ...["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev", "--as-pid-1", "--seccomp", "4"],
    ...[
      "--size",
      String(workMiB * 1024 * 1024),
      "--tmpfs",
      "/work",
      "--chdir",
      "/work",
      "--file",
      "3",
      `/work/${file}`,
    ],
    ...[...parents].flatMap((folder) => ["--dir", `/work/${folder}`]),
    ...given.flatMap((name, i) => ["--file", String(firstGiven + i), `/work/${name}`]),
    ...["--remount-ro", "/"],
  ];
}

/** The folders that a file lies in, outer ones first. */
function parentsOf(name: string): string[] {
  const parts = name.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/** What a program is given beside its source: the other half of a pair, and what builds have in common. */
interface Beside {
  readonly pair?: PairRun;
  readonly library?: Buffer | null;
}

/** Files by name: a program's own, or what was built before. */
function laidFiles({ files = {} }: Program, { pair, library }: Beside): (readonly [string, string | Buffer])[] {
  if (pair?.built !== undefined) return [[builtFile, pair.built]];
  const common = library === undefined || library === null ? [] : [[libraryFile, library] as const];
  return pair === undefined ? [...Object.entries(files), ...common] : common;
}

/** How a program is laid, started and fed. */
function start(compiler: Compiler, program: Program, limits: ExecutionLimits, beside: Beside) {
  const user = process.getuid?.() === 0 ? nobody : null;
  const { pair } = beside;
  const laid = laidFiles(program, beside);
  const names = laid.map(([name]) => name);
  const given = pair?.built === undefined ? libraryFile : builtFile;
  const unpacks = names.filter((name) => name === given);
  const pipe = pair === undefined && unpacks.length === 0 ? null : firstGiven + laid.length;
  const builds = pair?.built === undefined;
  const keeps = pair?.keep !== undefined;
  const text = compiledScript(compiler, { limits, unpacks, builds, keeps, waits: pair !== undefined, pipe });
  const group = openMemoryGroup(compiler.buildMiB * mebibyte);
  const behind = [findTool("bubblewrap") ?? "bwrap", ...walls(compiler, names, program.folders ?? []), "/bin/sh", "-c"];
  const [command = "", ...args] = group === null ? [...behind, text] : enteringGroup(group, [...behind, text], user);
  const child = spawn(command, args, {
    ...{ env: {}, detached: true, ...(group === null && user !== null && { uid: user, gid: user }) },
    stdio: Array.from({ length: firstGiven + laid.length + (pipe === null ? 0 : 1) }, () => "pipe" as const),
  });
  const refusing = compiledFilter(process.arch, compiler.needed);
  const last = laid.map(([, content]) => content);
  feed(child, [pair === undefined ? (program.stdin ?? "") : null, null, null, program.source, refusing, ...last]);
  return { child, group, kept: keptBy(pipe === null ? null : child.stdio[pipe], pair?.keep) };
}

/** What a run writes into the pipe for builds; a whole one is kept. */
function keptBy(pipe: unknown, keep?: (built: Buffer) => void): { readonly isLost: () => boolean } {
  const parts: Buffer[] = [];
  if (pipe instanceof Readable) {
    pipe.on("error", () => {}); // the end of the process says it better
    pipe.on("data", (data: Buffer) => parts.push(data));
    pipe.once("end", () => {
      const built = wholeBuild(Buffer.concat(parts));
      if (built !== null) keep?.(built);
    });
  }
  return { isLost: () => isLost(Buffer.concat(parts)) };
}

function execute(
  compiler: Compiler,
  program: Program,
  limits: ExecutionLimits,
  signal: AbortSignal,
  beside: Beside = {},
): Promise<ExecutionResult> {
  signal.throwIfAborted();
  const { pair } = beside;
  const { child, group, kept } = start(compiler, program, limits, beside);
  return new Promise((resolve, reject) => {
    const [out, err] = [new Captured(limits.outputBytes), new Captured(64 * 1024)];
    let ended: ExecutionResult["verdict"] | null = null;
    const buildBytes = compiler.buildMiB * mebibyte;
    const runBytes = (limits.memoryMiB + compiler.ownMiB) * mebibyte;
    const memory = watchMemory({ pid: child.pid ?? 0, buildBytes, runBytes, group });
    const end = (verdict: ExecutionResult["verdict"]) => {
      ended ??= verdict;
      kill(child.pid);
    };
    const builds = pair === undefined ? 1 : 2; // it may wait for the other's
    const timer = setTimeout(() => end("timeout"), limits.wallMs + (builds * compiler.buildSeconds + 5) * 1000);
    const abort = () => end("crashed");
    signal.addEventListener("abort", abort, { once: true });
    if (pair === undefined) child.stdout?.on("data", (data: Buffer) => out.take(data) || end("output-limit"));
    else if (child.stdin !== null && child.stdout !== null)
      pair.line(child.stdin, child.stdout, () => end("output-limit"));
    child.stderr?.on("data", (data: Buffer) => err.take(data) || end("output-limit"));
    child.once("error", (error) => {
      memory.stop();
      reject(error);
    });
    child.once("close", (code, killedBy) => {
      const { over, peak } = memory.report;
      memory.stop();
      clearTimeout(timer);
      signal.removeEventListener("abort", abort);
      if (signal.aborted) return reject(signal.reason);
      if (kept.isLost()) return resolve(failed("refused", cannotUnpack));
      const full = over || (code !== 0 && peak > 0.9 * runBytes);
      const verdict = ended ?? (full ? "memory" : verdictOf(code, killedBy, err.text));
      const exit = compiler.language === "shell" && code !== null ? { exit: code } : {};
      resolve({ verdict, value: null, stdout: out.text, error: tail(err.text), ...exit });
    });
  });
}

/** Writes each pipe's text into it, by its number, and ends it; null is left as it is. */
function feed({ stdio }: ChildProcess, given: readonly (string | Buffer | null)[]): void {
  for (const [i, pipe] of [...stdio].entries()) {
    const text = given[i] ?? null;
    if (text === null || pipe === null || pipe === undefined || !("end" in pipe)) continue;
    pipe.on("error", () => {}); // it did not read to the end
    pipe.end(text);
  }
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** What a stream wrote, up to a limit. */
class Captured {
  readonly #parts: Buffer[] = [];
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  /** False when there was more than there is room for. */
  take(data: Buffer): boolean {
    const kept = data.subarray(0, this.#room);
    this.#parts.push(kept);
    this.#room -= kept.length;
    return kept.length === data.length;
  }

  get text(): string {
    return Buffer.concat(this.#parts).toString("utf8");
  }
}
