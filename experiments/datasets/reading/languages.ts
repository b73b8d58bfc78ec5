import { languageOf } from "../../../src/code/languages.ts";

/** What datasets of many languages call those that the judges do not know. */
const others: Readonly<Record<string, string>> = {
  sh: "bash",
  jl: "julia",
  cs: "csharp",
  "c#": "csharp",
  kt: "kotlin",
  hs: "haskell",
  ml: "ocaml",
  clj: "clojure",
  ex: "elixir",
  adb: "ada",
  "go_test.go": "go",
};

/** A language's name as the judges know it, else as it is mostly called. */
export function languageName(written: string): string {
  const name = written.trim().toLowerCase();
  const other = others[name] ?? name;
  return languageOf(other)?.name ?? other;
}
