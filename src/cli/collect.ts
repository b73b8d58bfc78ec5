import { join, resolve } from "node:path";
import { InvalidOptionError } from "../core/errors.ts";
import { type CollectOptions, collect } from "../runs/collect.ts";
import { loadExperiment } from "../runs/load.ts";
import { parseCount } from "./counts.ts";
import { type ExperimentFlags, type ExperimentTools, runWithProgress, withModel } from "./experiment.ts";
import type { Terminal } from "./terminal.ts";

export interface CollectFlags extends ExperimentFlags {
  readonly right: string;
  readonly most: string;
  readonly target: string;
}

const targets = ["uniform", "difficulty"] as const;

/** `ruminate experiment collect FILE --right 4 --most 64`. Exit code 1 where a round was left unfinished. */
export async function collectCommand(
  terminal: Terminal,
  file: string,
  flags: CollectFlags,
  tools: ExperimentTools,
): Promise<number> {
  const target = targets.find((one) => one === flags.target);
  if (target === undefined) {
    throw new InvalidOptionError("--target", `must be one of ${targets.join(", ")}, got "${flags.target}".`);
  }
  const options: CollectOptions = {
    ...{ right: parseCount("--right", flags.right), most: parseCount("--most", flags.most), target },
  };
  const experiment = withModel(await loadExperiment(resolve(terminal.cwd, file)), flags);
  const out = flags.out ?? join("runs", experiment.name);
  const collected = await collect(experiment, resolve(terminal.cwd, out), options, (plan, folder, wanted) =>
    runWithProgress(terminal, plan, { ...flags, out: folder, problems: wanted }, tools),
  );
  if (flags.json === true) terminal.out(`${JSON.stringify(collected, null, 2)}\n`);
  else {
    const { drawn, rightDrawn, reached, missed, rounds, unfinished } = collected;
    const folders = rounds.map((round) => join(out, round)).join(" ");
    terminal.out(
      `${rightDrawn} right of ${drawn} solutions in ${rounds.length} rounds: ${reached} problems have what is wanted, ${missed} have not.\n` +
        (unfinished ? "A round is not finished: the same command goes on.\n" : "") +
        `Problems  ${join(out, "collected.json")}\nExport    ruminate experiment export ${folders} --training sft\n`,
    );
  }
  return collected.unfinished ? 1 : 0;
}
