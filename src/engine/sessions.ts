import type { Cell, ExecutionLimits, ExecutionResult, Sandbox, Session } from "../core/execution.ts";
import type { Run, RunSession } from "../core/run.ts";

/** Runs something in the sandbox under these limits. */
export type Perform = (options: { limits: Partial<ExecutionLimits>; signal: AbortSignal }) => Promise<ExecutionResult>;

/** The sandbox's own session, or one that runs earlier cells again where it has none. */
export const openSession = (sandbox: Sandbox): Session => sandbox.openSession?.() ?? replayingSession(sandbox, "", "");

/**
 * A session over a sandbox without sessions: the cells that ended well stand before each new one, and what they printed
 * is taken off the output. A cell that failed leaves nothing behind, and a cell has no value but one that it asks for
 * by name.
 */
function replayingSession(sandbox: Sandbox, before: string, printed: string): Session {
  let past = before;
  let shown = printed;
  let last: Promise<unknown> = Promise.resolve();
  const perform = async ({ source, ...cell }: Cell, options: Parameters<Session["run"]>[1]) => {
    const whole = `${past}${source}\n`;
    const result = await sandbox.run({ language: "python", ...cell, source: whole }, options);
    const stdout = result.stdout.startsWith(shown) ? result.stdout.slice(shown.length) : result.stdout;
    if (result.verdict === "ok") [past, shown] = [whole, result.stdout];
    return { ...result, stdout };
  };
  return {
    run: (cell, options) => {
      const turn = last.then(() => perform(cell, options));
      last = turn.catch(() => {});
      return turn;
    },
    fork: async () => {
      await last;
      return replayingSession(sandbox, past, shown);
    },
    dispose: async () => {},
  };
}

type Charge = (cell: Cell, session: Session, limits?: Partial<ExecutionLimits>) => Promise<ExecutionResult>;

/** A session whose cells pass through what charges them to a run; `chargeOf` tells that of the run of a fork. */
export function chargedSession(session: Session, charge: Charge, chargeOf: (run: Run) => Charge): RunSession {
  return {
    run: (cell, limits) => charge(cell, session, limits),
    fork: async (to) => chargedSession(await session.fork(), to === undefined ? charge : chargeOf(to), chargeOf),
    dispose: () => session.dispose(),
  };
}
