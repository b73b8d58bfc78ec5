import { promptPriceWords } from "../core/usage.ts";
import type { ReportData } from "./data.ts";
import { graderWords } from "./grader-words.ts";
import { subtitle } from "./html.ts";
import type { Table } from "./table.ts";
import { markdownTable } from "./table.ts";
import { tablesOf, verdictWords, warnings } from "./tables.ts";

/** The report's tables and words as Markdown, for a pull request or a notebook. */
export function reportMarkdown(data: ReportData): string {
  const { verdict, ...others } = tablesOf(data);
  const parts = [
    `# ${data.name}`,
    ...(data.description === null ? [] : [data.description]),
    subtitle(data),
    ...warnings(data).map((warning) => `> ${warning}`),
    tableMarkdown(verdict),
    verdictWords(data)
      .map((word) => `- ${word}`)
      .join("\n"),
    ...Object.values(others)
      .flat()
      .filter((table) => table !== null)
      .map(tableMarkdown),
    reproduceMarkdown(data),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const tableMarkdown = ({ title, head, rows, note }: Table): string =>
  [`## ${title}`, markdownTable([head, ...rows]), ...(note === undefined ? [] : [note])].join("\n\n");

function reproduceMarkdown({ run, experiment }: ReportData): string {
  const lines = [
    ...(run.command === null ? [] : [`- command: \`${run.command}\``]),
    ...run.policies.map(({ label, id }) => `- policy ${label}: \`${id}\``),
    ...run.policies.flatMap(({ label, prompts }) =>
      prompts === undefined ? [] : [`- cost of ${label}: ${promptPriceWords[prompts]}`],
    ),
    ...run.policies.flatMap(({ label, prices }) => (prices === undefined ? [] : [`- prices of ${label}: ${prices}`])),
    ...run.datasets.map(
      ({ name, problems, fingerprint }) => `- dataset ${name}: ${problems} problems, \`${fingerprint}\``,
    ),
    ...graderWords(run).map((words) => `- grader ${words}`),
    ...Object.entries(run.versions).map(([name, version]) => `- ${name} ${version}`),
  ];
  return `## To reproduce\n\n${lines.join("\n")}\n\n\`\`\`json\n${JSON.stringify(experiment, null, 2)}\n\`\`\``;
}
