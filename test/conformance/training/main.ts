import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { exportTraining } from "../../../src/export/training/export.ts";
import { trainingForms } from "../../../src/export/training/forms/index.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../../src/runs/load.ts";
import { runExperiment } from "../../../src/runs/run-experiment.ts";
import { createSandbox } from "../../../src/sandbox/index.ts";
import { dials, trainingRun } from "../../export/training/training-run.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { simulatedSetup } from "../../runs/small-run.ts";

/**
 * Every form of training set, as messages and as texts, compressed and as Parquet, loaded by Hugging Face `datasets`,
 * and its masks by three tokenizers: `npm run conformance -- training [PYTHON [PYTHON …]]`, of a Python that has
 * `datasets` and `tokenizers`. With each further one, which has `trl`, its trainers take two steps on a tiny model.
 */
export async function checkTraining([python = "python3", ...withTrl]: readonly string[]): Promise<number> {
  const run = temporaryFolder();
  const yaml = trainingRun.replace(
    "baselines: false",
    "  - {name: tool-integrated, options: {n: 4}, label: tools}\nbaselines: false",
  );
  const sandbox = createSandbox("wasi");
  await runExperiment(parseExperiment("training.yaml", yaml), {
    ...simulatedSetup(run, { sandbox }),
    open: async () => ({ policy: simulatedPolicy(dials), simulated: true }),
  });
  await sandbox.dispose();
  const folder = temporaryFolder();
  const sets = trainingForms.flatMap((form) =>
    [".jsonl", ".jsonl.gz", ".parquet"].map((ending) => {
      const plain = ending === ".jsonl.gz";
      const file = `${form.name}-${plain ? "texts" : "messages"}${ending}`;
      const { rows } = exportTraining({
        ...{ form, folders: [run], target: join(folder, file), options: {}, pool: "problem" },
        wording: { prompt: "question", plain },
        heldOut: { excludeIds: [], heldOut: [], overlap: 13, split: "all", share: 0.1, seed: "1" },
      });
      return { form: form.name, file, rows, plain };
    }),
  );
  writeFileSync(join(folder, "sets.json"), JSON.stringify(sets));
  const loaded = runPython(python, "check.py", folder);
  return withTrl.reduce((status, one) => (status === 0 ? runPython(one, "trl_steps.py", folder) : status), loaded);
}

function runPython(python: string, script: string, folder: string): number {
  const { error, status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, script), folder], {
    encoding: "utf8",
  });
  if (error !== undefined) {
    process.stderr.write(`${python} cannot be run: ${error.message}\n`);
    return 2;
  }
  process.stdout.write(stdout);
  if (status !== 0) process.stderr.write(stderr.slice(-3000));
  return status ?? 1;
}
