/** The thread that runs SMT-LIB 2 programs in Z3, one after another, each in a context of its own. */
import { parentPort } from "node:worker_threads";
import { init } from "z3-solver";
import type { ExecutionResult } from "../core/execution.ts";
import { failed } from "./failed.ts";
import { tail, type WorkReply, type WorkRequest } from "./protocol.ts";

const answer = (reply: WorkReply) => parentPort?.postMessage(reply);
const { Z3 } = await init();

/**
 * Options that change what this program is answered and nothing else; others reach beyond it (output channels, memory,
 * global parameters).
 */
const allowed = /^:(?:produce-(?:models|unsat-cores|proofs|assignments)|print-success|random-seed|timeout|pp\.[\w.]+)$/;

/** The first option that a program may not set; null where there is none. */
function forbidden(source: string): string | null {
  const commands = commandsOnly(source);
  for (const [, name = ""] of commands.matchAll(/\(\s*set-option\s+([^\s()]+)/g)) {
    if (!allowed.test(name)) return `the option ${name} may not be set`;
  }
  return /\(\s*include\b/.test(commands) ? "no file may be included" : null;
}

/** Without comments, strings and quoted names, where a semicolon begins no comment. */
const commandsOnly = (source: string): string =>
  source.replace(/"[^"]*"|\|[^|]*\||;[^\n]*/g, (part) => (part.startsWith(";") ? " " : `${part[0]}${part[0]}`));

async function run({ source, limits }: WorkRequest): Promise<ExecutionResult> {
  const reason = forbidden(source);
  if (reason !== null) return failed("refused", reason);
  Z3.global_param_set("memory_max_size", String(Math.ceil(limits.memoryMiB)));
  const settings = Z3.mk_config();
  const context = Z3.mk_context(settings);
  Z3.del_config(settings);
  try {
    const stdout = await Z3.eval_smtlib2_string(context, source);
    if (stdout.length > limits.outputBytes) return failed("output-limit", "The program wrote more than it may");
    const error = /\(error "(.*?)"\)/.exec(stdout)?.[1];
    if (error === undefined) return { verdict: "ok", value: null, stdout, error: "" };
    return { verdict: /memory/.test(error) ? "memory" : "error", value: null, stdout, error: tail(error) };
  } finally {
    Z3.del_context(context);
  }
}

parentPort?.on("message", async (line: string) => {
  const request = JSON.parse(line) as WorkRequest;
  answer({ id: request.id, started: true });
  try {
    answer({ id: request.id, result: await run(request) });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    answer({ id: request.id, result: failed(/memory/i.test(reason) ? "memory" : "crashed", reason), recycle: true });
  }
});
answer({ ready: true });
