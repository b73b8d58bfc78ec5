import { rmSync } from "node:fs";
import { join } from "node:path";
import { exportTraining } from "../../src/export/training/export.ts";
import { trainingForm } from "../../src/export/training/forms/index.ts";

const [form = "", run = ""] = process.argv.slice(2);
const target = join(run, `${form}.jsonl`);
const { rows } = exportTraining({
  form: trainingForm(form),
  folders: [run],
  target,
  options: form === "pairs" ? { most: 16 } : {},
  pool: "problem",
  wording: { prompt: "question", plain: false },
  heldOut: { excludeIds: [], heldOut: [], overlap: 13, split: "all", share: 0.1, seed: "1" },
});
const { user, system } = process.cpuUsage();
const seconds = (user + system) / 1e6;
const mebibytes = process.resourceUsage().maxRSS / 1024;
rmSync(target);
process.stdout.write(JSON.stringify({ rows, seconds, mebibytes }));
