import type { Answer } from "../core/candidate.ts";

/**
 * Usage examples often follow in a block of their own: the block with a definition of the entry point comes first, then
 * one that names it.
 */
export function fenced(text: string, entryPoint: string | undefined): Answer | null {
  const found = [...text.matchAll(/```[\w+-]*[ \t]*\n([\s\S]*?)(?:\n?```|$)/g)].map(([, code = ""]) => code);
  const blocks = found.filter((code) => code.trim() !== "");
  const name = entryPoint === undefined || !/^\w+$/.test(entryPoint) ? null : entryPoint;
  const defining = name === null ? null : new RegExp(`(?:def|class|function|fn|func)\\s+${name}\\b`);
  const block =
    blocks.findLast((code) => defining?.test(code)) ??
    blocks.findLast((code) => name !== null && code.includes(name)) ??
    blocks.at(-1);
  if (block !== undefined) return { text: block, rule: "fence" };
  return text.trim() === "" ? null : { text: text.trim(), rule: "whole" };
}
