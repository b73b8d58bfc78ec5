import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { builtins } from "../../../src/builtins.ts";
import { writePaper } from "../../../src/report/paper/write-paper.ts";
import { parseExperiment } from "../../../src/runs/load.ts";
import { runExperiment } from "../../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../../fakes/terminal.ts";
import { twentyEight } from "../../report/twenty-eight.ts";
import { simulatedSetup } from "../../runs/small-run.ts";

/** Sets the paper of 28 arms with LaTeX; 0 where it compiles without an error and with every reference resolved. */
export async function checkPaper(): Promise<number> {
  const [run, out] = [temporaryFolder(), temporaryFolder()];
  await runExperiment(parseExperiment("twenty-eight.yaml", JSON.stringify(twentyEight)), simulatedSetup(run));
  const { files } = await writePaper(run, out, builtins());
  const steps = [
    ["pdflatex", "-interaction=nonstopmode", "main.tex"],
    ["bibtex", "main"],
  ];
  for (const [command = "", ...args] of [steps[0], steps[1], steps[0], steps[0]].map((step) => step ?? [])) {
    const { error, status, stdout } = spawnSync(command, args, { cwd: out, encoding: "utf8" });
    if (error !== undefined) {
      const packages = "texlive-latex-recommended texlive-latex-extra texlive-fonts-recommended";
      process.stderr.write(`${command} was not found. Install it with: apt-get install ${packages}\n`);
      return 2;
    }
    if (status !== 0) {
      process.stdout.write(`${command} ended with ${status}:\n${stdout.slice(-3000)}\n`);
      return 1;
    }
  }
  const log = readFileSync(join(out, "main.log"), "utf8");
  const faults = log.split("\n").filter((line) => /^!|undefined|multiply defined/i.test(line));
  const [, pages = "?"] = /Output written on main\.pdf \((\d+) pages/.exec(log.replaceAll("\n", "")) ?? [];
  process.stdout.write(`${files.length} files, ${pages} pages, ${faults.length} faults\n${faults.join("\n")}\n`);
  return faults.length === 0 ? 0 : 1;
}
