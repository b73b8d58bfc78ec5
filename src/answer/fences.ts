import type { Answer } from "../core/candidate.ts";

/** Where a text defines this name: by a word of some language, as C and Java do, as R, Lua or Racket do. */
const definition = (name: string): RegExp =>
  new RegExp(
    `\\b(?:def|class|function|fn|func|fun|sub|module|theorem|lemma)\\s+${name}\\b` +
      `|[\\w>\\]&*]\\s+${name}\\s*\\([^;{}]*\\)[^;{}]*\\{|\\b${name}\\s*(?:<-|=)\\s*function\\b|\\(define\\s+\\(?${name}\\b`,
  );

/**
 * Usage examples often follow in a block of their own: the block with a definition of the entry point comes first, then
 * one that names it.
 */
export function fenced(text: string, entryPoint: string | undefined): Answer | null {
  const found = [...text.matchAll(/```[\w+-]*[ \t]*\n([\s\S]*?)(?:\n?```|$)/g)].map(([, code = ""]) => code);
  const blocks = found.filter((code) => code.trim() !== "");
  const name = entryPoint === undefined || !/^\w+$/.test(entryPoint) ? null : entryPoint;
  const defining = name === null ? null : definition(name);
  const block =
    blocks.findLast((code) => defining?.test(code)) ??
    blocks.findLast((code) => name !== null && code.includes(name)) ??
    blocks.at(-1);
  if (block !== undefined) return { text: block, rule: "fence" };
  return text.trim() === "" ? null : { text: text.trim(), rule: "whole" };
}
