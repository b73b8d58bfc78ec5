import { readdirSync } from "node:fs";
import type { BuiltLanguage, ScriptLanguage } from "../core/execution.ts";
import type { ToolName } from "./tools.ts";

/** How programs of a compiled language are built and run, by shell commands in the folder that holds their one file. */
export interface Compiler {
  readonly language: "shell" | BuiltLanguage | ScriptLanguage;
  /** All must be there. */
  readonly tools: readonly ToolName[];
  readonly file: string;
  readonly build: string;
  /** What a build leaves, by a pattern of the shell. */
  readonly built: string;
  /**
   * What builds have in common: a program whose build leaves it, and the folder in which it does. Made once for a
   * sandbox, out of nothing but this program, and laid before each build.
   */
  readonly library?: { readonly source: string; readonly folder: string };
  /** Longest build. */
  readonly buildSeconds: number;
  readonly run: (memoryMiB: number) => string;
  /** Memory that a build may take; the address space is limited to it too where there is no other limit. */
  readonly buildMiB: number;
  /** What the language's own runtime takes beside what a program asks for. */
  readonly ownMiB: number;
  /** Room for files: what a build leaves, and what a program writes. */
  readonly workMiB: number;
  /** Limit the address space? Runtimes that reserve far more than they use have a limit of their own. */
  readonly limitsSpace: boolean;
  /** Refused system calls that its runtime cannot do without. */
  readonly needed: readonly string[];
  /** Read-only folders that it needs beside `/usr`. */
  readonly also: () => readonly string[];
}

const settingsOf = (pattern: RegExp) => (): string[] =>
  readdirSync("/etc")
    .filter((name) => pattern.test(name))
    .map((name) => `/etc/${name}`);

/** The first class of a Java file is the one that is run: tasks write one, and their tests are in it. */
const firstClass = "$(sed -n 's/^.*\\bclass  *\\([A-Za-z_0-9]*\\).*$/\\1/p' Main.java | head -n 1)";

/** Go builds its own library from its source: what programs often import. */
const goLibrary = `package main

import (
${["bufio", "bytes", "container/heap", "container/list", "crypto/md5", "encoding/binary", "encoding/hex", "errors"]
  .concat([
    "fmt",
    "io",
    "math",
    "math/big",
    "math/bits",
    "math/cmplx",
    "math/rand",
    "os",
    "reflect",
    "regexp",
    "runtime",
  ])
  .concat(["sort", "strconv", "strings", "sync", "syscall", "testing", "time", "unicode", "unicode/utf8", "unsafe"])
  .map((path) => `\t_ "${path}"\n`)
  .join("")})

func main() {}
`;

export const compilers: readonly Compiler[] = [
  {
    language: "cpp",
    tools: ["g++"],
    file: "main.cpp",
    built: "main",
    buildSeconds: 60,
    build: "g++ -std=c++17 -O1 -o main main.cpp",
    buildMiB: 1024,
    ownMiB: 4,
    workMiB: 128,
    run: () => "./main",
    limitsSpace: true,
    needed: [],
    also: () => [],
  },
  {
    language: "java",
    tools: ["javac", "java"],
    file: "Main.java",
    built: "*.class",
    buildSeconds: 60,
    build: "javac -J-XX:+UseSerialGC -J-XX:TieredStopAtLevel=1 -J-Xmx512m -proc:none -nowarn Main.java",
    buildMiB: 1024,
    ownMiB: 192,
    workMiB: 128,
    run: (memoryMiB) => `java -Xmx${memoryMiB}m -Xss64m -XX:+UseSerialGC -ea -cp . ${firstClass}`,
    limitsSpace: false,
    needed: ["socketpair"], // its files keep one, to close others by
    also: settingsOf(/^java-/),
  },
  {
    language: "go",
    tools: ["go"],
    file: "main.go",
    built: "main",
    library: { source: goLibrary, folder: "cache" },
    buildSeconds: 240,
    build:
      "HOME=/work GOCACHE=/work/cache GOPATH=/work/go GO111MODULE=off GOTOOLCHAIN=local CGO_ENABLED=0 go build -o main main.go && rm -f main.go",
    buildMiB: 3072,
    ownMiB: 24,
    workMiB: 512,
    run: () => "./main",
    limitsSpace: false,
    needed: [],
    also: () => [],
  },
  {
    language: "rust",
    tools: ["rustc", "cc"],
    file: "main.rs",
    built: "main",
    buildSeconds: 60,
    build: "rustc --edition 2021 -C opt-level=1 -o main main.rs",
    buildMiB: 2048,
    ownMiB: 4,
    workMiB: 128,
    run: () => "./main",
    limitsSpace: true,
    needed: [],
    also: () => [],
  },
  {
    language: "csharp",
    tools: ["mcs", "mono"],
    file: "main.cs",
    built: "main.exe",
    buildSeconds: 60,
    // Of two classes with a `Main` it is the judge's that starts.
    build:
      "mcs -nologo -warn:0 -r:System.Numerics.dll -out:main.exe $(grep -q '^static class JudgeMain' main.cs && echo -main:JudgeMain) main.cs",
    buildMiB: 1024,
    ownMiB: 64,
    workMiB: 128,
    run: (memoryMiB) => `env MONO_GC_PARAMS=max-heap-size=${Math.max(16, memoryMiB)}m mono main.exe`,
    limitsSpace: false,
    needed: [],
    also: settingsOf(/^mono$/),
  },
  {
    language: "d",
    tools: ["gdc"],
    file: "main.d",
    built: "main",
    buildSeconds: 60,
    // Only the tests of a program that asks are run.
    build: "gdc $(grep -q '^T judgeAsk' main.d && echo -funittest) -o main main.d",
    buildMiB: 1024,
    ownMiB: 16,
    workMiB: 128,
    run: () => "./main",
    limitsSpace: true,
    needed: [],
    also: () => [],
  },
  {
    language: "shell",
    tools: [],
    file: "run.sh",
    built: "run.sh",
    buildSeconds: 5,
    build: "true",
    buildMiB: 1024,
    ownMiB: 64,
    workMiB: 256,
    run: () => "sh ./run.sh",
    limitsSpace: false,
    needed: ["socketpair"], // checkers may be Java programs
    also: settingsOf(/^java-/),
  },
  script("php", "main.php", "php -l main.php", "php -d memory_limit=-1 main.php", { tools: ["php"], ownMiB: 32 }),
  script("ruby", "main.rb", "ruby -c main.rb", "ruby --disable-gems main.rb", { tools: ["ruby"], ownMiB: 48 }),
  script("lua", "main.lua", "luac5.4 -p main.lua", "lua5.4 main.lua", { tools: ["lua"] }),
  script("perl", "main.pl", "perl -c main.pl", "perl main.pl", { tools: ["perl"], ownMiB: 16 }),
  script("r", "main.R", "Rscript --vanilla -e 'invisible(parse(\"main.R\"))'", "Rscript --vanilla main.R", {
    ...{ tools: ["r"], ownMiB: 192, limitsSpace: false, also: settingsOf(/^R$/) },
  }),
  script("racket", "main.rkt", "HOME=/work raco make main.rkt", "env HOME=/work racket main.rkt", {
    ...{ tools: ["racket"], ownMiB: 256, limitsSpace: false, also: settingsOf(/^racket$/), built: "main.rkt compiled" },
  }),
  script("bash", "main.sh", "bash -n main.sh", "bash main.sh", { tools: ["bash"], ownMiB: 16 }),
  script("ocaml", "main.ml", "ocamlc -w -a str.cma -o main main.ml", "ocamlrun main", {
    ...{ tools: ["ocaml"], ownMiB: 32, built: "main" },
  }),
];

/** A language whose programs are checked for their form and then interpreted. */
function script(
  language: ScriptLanguage,
  file: string,
  build: string,
  run: string,
  own: Partial<Compiler> & Pick<Compiler, "tools">,
): Compiler {
  return {
    ...{ language, file, build, built: file, buildSeconds: 60, buildMiB: 1024, ownMiB: 8, workMiB: 128 },
    ...{ run: () => run, limitsSpace: true, needed: [], also: () => [], ...own },
  };
}
