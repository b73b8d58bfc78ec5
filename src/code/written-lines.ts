import type { Program } from "../core/execution.ts";
import { languageOf } from "./languages.ts";

/** Languages whose programs read standard input in the sandbox. */
const reading: Readonly<Record<string, Program["language"]>> = {
  python: "python",
  java: "java",
  go: "go",
  cpp: "cpp",
  rust: "rust",
  csharp: "csharp",
  d: "d",
  php: "php",
  ruby: "ruby",
  lua: "lua",
  perl: "perl",
  r: "r",
  racket: "racket",
  bash: "bash",
  ocaml: "ocaml",
};

/** The language of such a program as the sandbox knows it; undefined where it takes none. */
export const readingLanguage = (language: string): Program["language"] | undefined =>
  reading[languageOf(language)?.name ?? ""];

/** What is written, by lines; blanks within and around a line count once or not at all, and so do empty last lines. */
export function linesOf(output: string): readonly string[] {
  const lines = output.split(/\r?\n/).map((line) => line.trim().split(/\s+/).join(" "));
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

export const writesTheSame = (came: string, expected: string): boolean =>
  linesOf(came).join("\n") === linesOf(expected).join("\n");
