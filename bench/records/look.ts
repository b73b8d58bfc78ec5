/**
 * What a finished run takes to report on (`node look.ts report FOLDER`), to open in the viewer (`node look.ts view
 * FOLDER`), and to be put together (`node look.ts merge FOLDER PART PART`), each in a process of its own: milliseconds,
 * seconds of processor time, and the most memory in MiB.
 */
import { dirname } from "node:path";
import { builtins } from "../../src/builtins.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { mergeRuns } from "../../src/runs/merging/merge.ts";
import { startViewer } from "../../src/viewer/server.ts";

const [what = "", folder = "", ...parts] = process.argv.slice(2);

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const ms: Record<string, number> = {};
if (what === "report") ms.report = await timed(() => writeReport(folder));
else if (what === "merge") {
  const named = parts.map((path) => ({ name: path, path }));
  ms.merge = await timed(() => mergeRuns(named, folder, { catalogue: builtins() }));
} else {
  const viewer = await startViewer(dirname(folder));
  const get = (path: string) => fetch(new URL(path, viewer.url)).then((response) => response.text());
  const { runs } = JSON.parse(await get("/api/runs")) as { runs: { id: string }[] };
  const run = `/api/runs/${encodeURIComponent(runs[0]?.id ?? "")}`;
  ms.runs = await timed(() => Promise.all([get("/"), get("/client/app.ts"), get("/api/runs")]));
  ms.comparison = await timed(() => get(`${run}/report`));
  ms.problems = await timed(() => get(`${run}/problems`));
  const indexed = () =>
    get(`${run}/problems?filter=picked-wrong`).then((text) => (JSON.parse(text) as { indexed: number }).indexed);
  ms.indexed = await timed(async () => {
    while ((await indexed()) < 1);
  });
  ms.again = await timed(() => get(`${run}/problems?filter=picked-wrong`));
  await viewer.close();
}
const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(JSON.stringify({ ms, cpu: (userCPUTime + systemCPUTime) / 1e6, mebibytes: maxRSS / 1024 }));
