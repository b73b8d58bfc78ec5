import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EnvironmentError } from "../core/errors.ts";
import { collectReport } from "./collect.ts";
import type { ReportData } from "./data.ts";
import { reportHtml } from "./html.ts";
import { reportMarkdown } from "./markdown.ts";

export const reportFiles = ["report.html", "report.md", "report.json"] as const;

/**
 * Writes `report.html`, `report.md` and `report.json` into a run's folder from what is in it. Made again from the same
 * files, they are the same bytes.
 *
 * @throws EnvironmentError where there is no run or the folder cannot be written.
 */
export function writeReport(folder: string): ReportData {
  const data = collectReport(folder);
  const texts = [reportHtml(data), reportMarkdown(data), `${JSON.stringify(data, null, 2)}\n`];
  reportFiles.forEach((name, i) => {
    const path = join(folder, name);
    try {
      writeFileSync(`${path}.partial`, texts[i] ?? "");
      renameSync(`${path}.partial`, path);
    } catch (error) {
      throw new EnvironmentError(`${path} cannot be written: ${(error as Error).message}.`, { cause: error });
    }
  });
  return data;
}
