import { readdirSync, readFileSync } from "node:fs";
import type { Sandbox } from "../../src/core/execution.ts";
import { treeMemory } from "../../src/sandbox/memory-tree.ts";

/** Ways to hold memory in C++, each as much of it as it can get. */
const head = `
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static const size_t M = 1 << 20;
static void touch(void *p, size_t n) { if (p && p != MAP_FAILED) memset(p, 1, n); }
static void fill(int f, size_t n) { static char b[1 << 20]; memset(b, 1, sizeof b); while (n >= M && write(f, b, M) == (ssize_t)M) n -= M; }
[[noreturn]] static void hold() { usleep(300000); abort(); }
`;

const inMain = (body: string): string => `${head}int main() { ${body} hold(); }`;

export interface MemoryWay {
  readonly name: string;
  readonly source: string;
  /** The walls, or the limit of one process, refuse it before much is held: then the program ends as it likes. */
  readonly refused?: true;
}

export const memoryWays: readonly MemoryWay[] = [
  { name: "malloc", source: inMain("for (;;) { void *p = malloc(M); if (!p) break; touch(p, M); }") },
  { name: "new", source: inMain("std::vector<char> all; for (;;) all.resize(all.size() + 4 * M, 1);") },
  {
    name: "private maps",
    source: inMain(
      "for (;;) { void *p = mmap(0, M, 3, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); if (p == MAP_FAILED) break; touch(p, M); }",
    ),
  },
  {
    name: "shared maps",
    source: inMain(
      "for (;;) { void *p = mmap(0, M, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0); if (p == MAP_FAILED) break; touch(p, M); }",
    ),
  },
  {
    name: "children",
    source: inMain(
      "for (int i = 0; i < 40; i++) if (!fork()) { for (int k = 0; k < 40; k++) { touch(malloc(M), M); usleep(2000); } sleep(3); _exit(0); } sleep(3);",
    ),
  },
  {
    name: "shared maps of children",
    source: inMain(
      "for (int i = 0; i < 40; i++) if (!fork()) { for (int k = 0; k < 40; k++) { touch(mmap(0, M, 3, MAP_SHARED | MAP_ANONYMOUS, -1, 0), M); usleep(2000); } sleep(3); _exit(0); } sleep(3);",
    ),
  },
  {
    name: "stacks of threads",
    refused: true,
    source: inMain(
      "for (int i = 0; i < 200; i++) try { std::thread([] { char b[400 * 1024]; touch(b, sizeof b); sleep(3); }).detach(); } catch (...) { break; }",
    ),
  },
  {
    name: "files",
    source: inMain(
      'for (int i = 0; i < 60; i++) { std::string n = "/work/f" + std::to_string(i); int f = open(n.c_str(), O_CREAT | O_WRONLY, 0600); if (f < 0) break; fill(f, 8 * M); close(f); }',
    ),
  },
  {
    name: "files that were removed",
    source: inMain(
      'for (int i = 0; i < 60; i++) { int f = open("/work/f", O_CREAT | O_WRONLY, 0600); if (f < 0) break; fill(f, 8 * M); unlink("/work/f"); }',
    ),
  },
  {
    name: "files of the kernel's",
    refused: true,
    source: inMain(
      'for (int i = 0; i < 40; i++) { int f = syscall(SYS_memfd_create, "m", 0); if (f < 0) break; fill(f, 8 * M); } int g = open("/dev/shm/x", O_CREAT | O_WRONLY, 0600); if (g >= 0) fill(g, 200 * M);',
    ),
  },
  {
    name: "segments and queues",
    refused: true,
    source: inMain(
      "for (int i = 0; i < 40; i++) { int s = shmget(IPC_PRIVATE, 8 * M, 0600); if (s < 0) break; touch(shmat(s, 0, 0), 8 * M); } for (int i = 0; i < 1000; i++) { int q = msgget(IPC_PRIVATE, 0600); if (q < 0) break; static char b[8192]; b[0] = 1; while (!msgsnd(q, b, 8000, IPC_NOWAIT)); }",
    ),
  },
  {
    name: "pipes and sockets",
    refused: true,
    source: inMain(
      "for (int i = 0; i < 120; i++) { int p[2]; if (pipe(p)) break; fcntl(p[1], 1031, 1 << 20); fcntl(p[1], F_SETFL, O_NONBLOCK); fill(p[1], M); } for (int i = 0; i < 100; i++) { int p[2]; if (socketpair(AF_UNIX, SOCK_STREAM, 0, p)) break; fcntl(p[1], F_SETFL, O_NONBLOCK); fill(p[1], M); }",
    ),
  },
];

/** A source that has its compiler hold memory. */
export const buildWay = '#include "/dev/zero"\nint main() {}';

export const limitMiB = 64;
const mebibyte = 1024 * 1024;

export interface Held {
  readonly verdict: string;
  readonly error: string;
  /** MiB at most, as they were seen from outside, while it was built and while it ran. */
  readonly build: number;
  readonly run: number;
}

/** Runs a program with {@link limitMiB} and looks on at what it holds. */
export async function heldBy(sandbox: Sandbox, source: string): Promise<Held> {
  const peaks = { build: 0, run: 0 };
  let left: number | null = null;
  const look = setInterval(() => {
    for (const pid of walls()) {
      const memory = treeMemory(pid, 0);
      if (memory === null) continue;
      if (memory.builds) peaks.build = Math.max(peaks.build, memory.bytes);
      else {
        left ??= memory.files;
        peaks.run = Math.max(peaks.run, memory.bytes - left);
      }
    }
  }, 3);
  const limits = { memoryMiB: limitMiB, wallMs: 20_000 };
  const { verdict, error } = await sandbox.run({ language: "cpp", source }, { limits });
  clearInterval(look);
  return { verdict, error, run: peaks.run / mebibyte, build: peaks.build / mebibyte };
}

/** The bubblewraps that this process has started. */
function walls(): number[] {
  const text = (path: string) => {
    try {
      return readFileSync(path, "utf8");
    } catch {
      return "";
    }
  };
  return readdirSync("/proc/self/task")
    .flatMap((thread) => text(`/proc/self/task/${thread}/children`).split(" ").filter(Boolean).map(Number))
    .filter((pid) => text(`/proc/${pid}/comm`).startsWith("bwrap"));
}
