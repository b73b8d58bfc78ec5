import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** Cases that an original was run on, one a line, with what it made of them; the Python beside them says how. */
export const recorded = <Case>(name: string): readonly Case[] =>
  readFileSync(resolve(import.meta.dirname, `${name}.jsonl`), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Case);
