import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { clients } from "./clients.ts";
import { installed } from "./install.ts";
import { recordings } from "./serving.ts";

const main = join(import.meta.dirname, "../../../src/cli/main.ts");

export const inspector: (typeof clients)[number] = {
  name: "mcp-inspector",
  title: "MCP inspector 2.12.0",
  installer: "npm",
  packages: ["@modelcontextprotocol/inspector@2.12.0"],
  program: "overhearing.mjs",
};

interface Try {
  readonly what: string;
  readonly args: readonly string[];
  /** What must stand in what it prints. */
  readonly prints: string;
  readonly code?: number;
}

const question = "Start with 3. Add 4. What is the result?";
const call = (name: string, ...pairs: readonly string[]) => [
  ...["--method", "tools/call", "--tool-name", name],
  ...pairs.flatMap((pair) => ["--tool-arg", pair]),
];

/** What is tried, each by a process of its own. */
export const tries: readonly Try[] = [
  { what: "lists tools; their schemas are portable", args: ["--method", "tools/list", "--strict"], prints: '"solve"' },
  {
    what: "calls solve",
    args: call("solve", `question=${question}`, "kind=number", 'options={"n":4}'),
    prints: '"answer"',
  },
  {
    what: "calls verify",
    args: call("verify", `question=${question}`, "solution=The answer is 7."),
    prints: '"score"',
  },
  {
    what: "a bad argument is said in words",
    args: call("solve", "question=2?", "strategy=magic"),
    prints: "magic",
    code: 5,
  },
  { what: "lists resources", args: ["--method", "resources/list"], prints: "ruminate://runs/demo" },
  { what: "reads a run", args: ["--method", "resources/read", "--uri", "ruminate://runs/demo"], prints: "demo" },
  { what: "prompts: there are none", args: ["--method", "prompts/list"], prints: '"prompts": []' },
];

/** The inspector against `ruminate mcp` on the simulated model. Gives the number of tries that failed. */
export async function checkInspector(): Promise<number> {
  process.stdout.write(`\n${inspector.title}\n`);
  const { folder, args: overhearing } = installed(inspector);
  const home = mkdtempSync(join(tmpdir(), "inspector-"));
  const runs = join(home, "runs");
  mkdirSync(join(runs, "demo"), { recursive: true });
  writeFileSync(join(runs, "demo", "summary.json"), '{"name": "demo"}');
  const heard = join(home, "heard.jsonl");
  const server = [
    process.execPath,
    "--disable-warning=ExperimentalWarning",
    main,
    "mcp",
    "-m",
    "simulated",
    "--runs",
    runs,
  ];
  const bin = join(folder, "node_modules/.bin/mcp-inspector");
  const messages: Record<string, unknown[]> = {};
  let failed = 0;
  for (const { what, args, prints, code = 0 } of tries) {
    const all = [
      "--cli",
      "--connect-timeout",
      "120000",
      ...args,
      "--",
      process.execPath,
      ...overhearing,
      heard,
      ...server,
    ];
    const { status, stdout, stderr } = spawnSync(bin, all, {
      encoding: "utf8",
      cwd: home,
      env: { ...process.env, HOME: home },
    });
    const works = status === code && `${stdout}${stderr}`.includes(prints);
    if (!works) failed++;
    process.stdout.write(`  ${works ? "works" : "fails"}   ${what}${works ? "" : `: ${status} ${stdout}${stderr}`}\n`);
    messages[what] = existsSync(heard) ? linesOf(heard) : [];
    rmSync(heard, { force: true });
  }
  const lines = Object.entries(messages).map(([what, sent]) => JSON.stringify({ what, sent }));
  writeFileSync(join(recordings, `${inspector.name}.jsonl`), `${lines.join("\n")}\n`);
  rmSync(home, { recursive: true });
  return failed;
}

const linesOf = (file: string): unknown[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);
