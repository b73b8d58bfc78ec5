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
      const [{ treeCommand }, { countOf }] = await Promise.all([import("../tree.ts"), import("../counts.ts")]);
      const size = { width: countOf("--width", flags.width), depth: countOf("--depth", flags.depth) };
      done(treeCommand(terminal, file, size));
    });
}
