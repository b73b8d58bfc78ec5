/**
 * Are the figures of a run the same in its results, its summary, its three reports and the viewer, and does its report
 * come out the same byte for byte when it is made again? `node test/report/same-figures.ts runs/NAME` prints what
 * differs.
 */
import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseHTML } from "linkedom";
import type { ReportData } from "../../src/report/data.ts";
import { writeReport } from "../../src/report/write-report.ts";
import type { ExperimentSummary } from "../../src/runs/experiment-summary.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";
import type { ProblemPage } from "../../src/viewer/problem-list.ts";
import { startViewer } from "../../src/viewer/server.ts";

/** What differs, in words; the results are what everything else is held against. */
export async function differingFigures(
  folder: string,
): Promise<{ readonly arms: number; readonly differing: string[] }> {
  const bytes = (name: string) => readFileSync(join(folder, name), "utf8");
  const records = bytes("results.jsonl")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as TrialRecord);
  const summary = JSON.parse(bytes("summary.json")) as ExperimentSummary;
  const report = JSON.parse(bytes("report.json")) as ReportData;
  const { body, rows } = await viewed(folder);
  const differing: string[] = [];
  const same = (what: string, found: unknown, expected: unknown) => {
    const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
    if (a !== b) differing.push(`${what}: ${a}, expected ${b}`);
  };
  same("the viewer's report inside report.html", bytes("report.html").includes(body), true);
  same("arms of the summary", summary.arms.length, report.arms.length);
  const pages = { viewer: tableOf(body), "report.html": tableOf(bytes("report.html")) };
  for (const [i, { arm, accuracy, tokens, interval }] of report.arms.entries()) {
    const own = records.filter((record) => record.arm === arm);
    const right = own.filter(({ verdict }) => verdict === "correct").length;
    same(`report.json, ${arm}, accuracy`, accuracy, right / own.length);
    const { [i]: line } = summary.arms;
    same(`summary.json, arm ${i}`, [line?.arm, line?.accuracy, line?.correct], [arm, accuracy, right]);
    same(`summary.json, ${arm}, trials and interval`, [line?.n, line?.interval], [own.length, interval]);
    const mean = own.reduce((sum, record) => sum + tokensOf(record), 0) / own.length;
    same(`report.json, ${arm}, tokens`, Math.abs((tokens?.mean ?? 0) - mean) < 1e-9, true);
    const percent = (100 * (accuracy ?? 0)).toFixed(1);
    for (const [page, table] of Object.entries(pages)) same(page, table[i]?.slice(0, 2), [arm, percent]);
    same(`report.md, ${arm}`, bytes("report.md").includes(`| ${arm} | ${percent} |`), true);
    const cells = rows.flatMap((row) => row.cells.filter((cell) => cell.arm === arm));
    const sum = (of: "right" | "trials") => cells.reduce((total, cell) => total + cell[of], 0);
    same(`the viewer's problems, ${arm}`, [sum("right"), sum("trials")], [right, own.length]);
  }
  const before = ["report.html", "report.md", "report.json"].map((name) => bytes(name));
  writeReport(folder);
  for (const [i, name] of ["report.html", "report.md", "report.json"].entries()) {
    same(`${name} made again`, bytes(name) === before[i], true);
  }
  return { arms: report.arms.length, differing };
}

/** The viewer's comparison, and the rows of all pages of its list of problems. */
async function viewed(folder: string): Promise<Pick<ProblemPage, "rows"> & { readonly body: string }> {
  const viewer = await startViewer(dirname(resolve(folder)));
  const get = async (path: string) => (await (await fetch(new URL(path, viewer.url))).json()) as never;
  const name = basename(resolve(folder));
  try {
    const { body } = (await get(`/api/runs/${name}/report`)) as { body: string };
    const rows: ProblemPage["rows"][number][] = [];
    for (let page = 1, pages = 1; page <= pages; page++) {
      const listed = (await get(`/api/runs/${name}/problems?page=${page}`)) as ProblemPage;
      rows.push(...listed.rows);
      pages = listed.pages;
    }
    return { rows, body };
  } finally {
    await viewer.close();
  }
}

const tableOf = (html: string): string[][] =>
  [...parseHTML(`<html><body>${html}</body></html>`).document.querySelectorAll("#verdict tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => (textContent ?? "").trim()),
  );

const tokensOf = ({ usage: { policy, verifier } }: TrialRecord): number =>
  [policy, verifier].reduce((sum, { promptTokens, completionTokens }) => sum + promptTokens + completionTokens, 0);

if (import.meta.main) {
  const { arms, differing } = await differingFigures(process.argv[2] ?? "");
  process.stdout.write(differing.length === 0 ? `${arms} arms, no figure differs\n` : `${differing.join("\n")}\n`);
  process.exitCode = differing.length === 0 ? 0 : 1;
}
