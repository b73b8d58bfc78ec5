import type { ExecutionLimits, ExecutionResult } from "../core/execution.ts";
import type { Compiler } from "./compilers.ts";

const buildFailed = 97;
/** The build failed because there was no more memory for it. */
const buildTookAll = 98;
const buildTookLong = 95;
const notUnpacked = 94;
const noMemory =
  "out of memory|memory exhausted|cannot allocate memory|OutOfMemoryError|memory allocation of|Killed signal";
const mebibyte = 1024 * 1024;

/** The file in which a program comes that was built before. */
export const builtFile = "built.tar";
/** What builds have in common comes in it. */
export const libraryFile = "library.tar";

/** Written behind a build that is kept, or where one that was kept cannot be had: no program sees this pipe. */
const whole = "whole\n";
const lost = "lost\n";
/** The error of a run whose kept build was no good; such a run is `refused`. */
export const cannotUnpack = "What was built before cannot be unpacked";

/** What is written down of a build; null where it did not come to its end. */
export const wholeBuild = (written: Buffer): Buffer | null =>
  written.subarray(-whole.length).toString() === whole ? written.subarray(0, -whole.length) : null;

export const isLost = (written: Buffer): boolean => written.toString("latin1", 0, lost.length) === lost;

interface Parts {
  readonly limits: ExecutionLimits;
  /** The archives that are laid and unpacked before anything else. */
  readonly unpacks: readonly string[];
  readonly builds: boolean;
  /** Is what was built written down? */
  readonly keeps: boolean;
  /** Does it say by an empty line that it is built, and wait for one? */
  readonly waits: boolean;
  /** The descriptor of the pipe for what is kept; null without one. */
  readonly pipe: number | null;
}

/** The build's own failure ends with a status of its own; the program takes the shell's place. */
export function compiledScript(compiler: Compiler, { limits, unpacks, builds, keeps, waits, pipe }: Parts): string {
  const { build, built, buildSeconds, buildMiB, ownMiB, run, limitsSpace } = compiler;
  const { wallMs, memoryMiB } = limits;
  const seconds = wallMs / 1000;
  // One process cannot hold more; what all hold together is watched from outside.
  const spaceOf = (mebibytes: number) => (limitsSpace ? `--as=${mebibytes * mebibyte}` : "");
  const space = spaceOf(Math.round(memoryMiB) + 3 * ownMiB);
  const closed = pipe === null ? "" : `${pipe}>&-`;
  const unpacked = (name: string) =>
    `tar xf ${name} && rm -f ${name} || { printf '${lost.trim()}\\n' >&${pipe}; exit ${notUnpacked}; }`;
  const building = `prlimit ${spaceOf(2 * buildMiB)} --fsize=${buildMiB * mebibyte} timeout -s KILL ${buildSeconds} sh -c '${build.replaceAll("'", "'\\''")}' 2> build.log >&2 ${closed}`;
  const fault = [
    "status=$?",
    `grep -qiE '${noMemory}' build.log && { echo "the build took all memory:" >&2; head -c 4000 build.log >&2; exit ${buildTookAll}; }`,
    `[ $status -eq 137 ] && { echo "the build took longer than ${buildSeconds} s" >&2; exit ${buildTookLong}; }`,
    `echo "compile error:" >&2; head -c 4000 build.log >&2; exit ${buildFailed}`,
  ].join("\n");
  return [
    "ulimit -c 0",
    ...unpacks.map(unpacked),
    ...(builds ? [`${building} || { ${fault}; }`] : []),
    ...(keeps ? [`tar cf - ${built} >&${pipe} && printf '${whole.trim()}\\n' >&${pipe}`] : []),
    ...(pipe === null ? [] : [`exec ${closed}`]),
    ...(waits ? ["echo", "read _"] : []),
    `exec prlimit ${space} --cpu=${Math.ceil(seconds) + 1} --fsize=16777216 --nproc=512 --nofile=256 timeout -s KILL ${seconds} ${run(Math.round(memoryMiB))}`,
  ].join("\n");
}

export function verdictOf(code: number | null, killedBy: string | null, error: string): ExecutionResult["verdict"] {
  if (code === 0) return "ok";
  if (code === buildTookAll) return "memory";
  if (code === buildTookLong) return "timeout";
  if (/OutOfMemoryError|std::bad_alloc|memory allocation of \d+ bytes failed|out of memory/.test(error))
    return "memory";
  if (code === 137 || code === 124 || code === 152 || killedBy === "SIGXCPU") return "timeout";
  return code === null || code === 139 || code === 135 || code === 136 ? "crashed" : "error";
}
