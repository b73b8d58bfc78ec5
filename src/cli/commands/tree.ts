import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

interface TreeFlags {
  readonly width?: string;
  readonly depth?: string;
}

/** `ruminate tree TRACE`. */
export function addTree(program: Command, { terminal, done }: CommandContext): void {
  program
    .command("tree")
    .description("print the search tree of a trace that `solve --trace` wrote")
    .argument("<trace>")
    .option("--width <n>", "columns; default: the terminal's")
    .option("--depth <n>", "levels to show")
    .action(async (file: string, flags: TreeFlags) => {
      const [{ treeCommand }, { parseCount }] = await Promise.all([import("../tree.ts"), import("../counts.ts")]);
      const count = (flag: string, text: string | undefined) =>
        text === undefined ? undefined : parseCount(flag, text);
      const size = { width: count("--width", flags.width), depth: count("--depth", flags.depth) };
      done(treeCommand(terminal, file, size));
    });
}
