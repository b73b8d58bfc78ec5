import { CommanderError } from "commander";
import { RuminateError } from "../core/errors.ts";
import { buildProgram } from "./commands/program.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Exit codes: 0 done; 1 done but without an answer (solve) or with something missing (doctor); 2 bad input or a broken
 * set-up, with one message; 130 interrupted.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = buildProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (terminal.signal.aborted) return 130;
    if (!(error instanceof RuminateError)) throw error;
    terminal.err(`${error.message}\n`);
    return 2;
  }
}
