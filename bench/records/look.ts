/**
 * What a finished run takes to report on (`node look.ts report FOLDER`) and to open in the viewer (`node look.ts view
 * FOLDER`), each in a process of its own: milliseconds, and the most memory in MiB.
 */
import { dirname } from "node:path";
import { writeReport } from "../../src/report/write-report.ts";
import { startViewer } from "../../src/viewer/server.ts";

const [what = "", folder = ""] = process.argv.slice(2);

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const ms: Record<string, number> = {};
if (what === "report") ms.report = await timed(() => writeReport(folder));
else {
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
process.stdout.write(JSON.stringify({ ms, mebibytes: process.resourceUsage().maxRSS / 1024 }));
