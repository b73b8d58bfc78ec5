import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Client, clients } from "./clients.ts";
import { type Feature, features, type Outcome } from "./features.ts";
import { checkInspector } from "./inspector.ts";
import { installed } from "./install.ts";
import { type Relay, startRelay } from "./relay.ts";
import { clientKey, recordings, serveClients } from "./serving.ts";
import { writeTable } from "./table.ts";

/** How long the program of a client may take. */
const LONGEST = 600_000;

/** Each client against the server. Gives the exit code: 1 where a feature fails. */
export async function checkClients(names: readonly string[]): Promise<number> {
  const known = [...clients.map(({ name }) => name), "mcp-inspector"];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new Error(`Unknown client "${unknown}". Available: ${known.join(", ")}.`);
  let failed = 0;
  for (const client of clients.filter(({ name }) => names.length === 0 || names.includes(name))) {
    process.stdout.write(`\n${client.title}\n`);
    failed += await checkClient(client);
  }
  if (names.length === 0 || names.includes("mcp-inspector")) failed += await checkInspector();
  writeTable();
  process.stdout.write(`\n${failed === 0 ? "Nothing fails." : `${failed} features fail.`}\n`);
  return failed === 0 ? 0 : 1;
}

async function checkClient(client: Client): Promise<number> {
  const { command, args, folder } = installed(client);
  const { server, upstream, close } = await serveClients();
  const relay = await startRelay(server.baseUrl, clientKey, upstream);
  try {
    const outcomes = await outcomesOf(command, args, folder, relay);
    const tried = process.env.FEATURES?.split(",") ?? Object.keys(features);
    const missing = tried.filter((name) => !outcomes.some(({ feature }) => feature === name));
    for (const feature of missing) outcomes.push({ feature: feature as Feature, outcome: "fails", words: "never ran" });
    for (const one of outcomes)
      process.stdout.write(`  ${one.outcome.padEnd(8)}${features[one.feature]}  ${one.words ?? ""}\n`);
    if (process.env.FEATURES !== undefined) return outcomes.filter(({ outcome }) => outcome === "fails").length;
    mkdirSync(recordings, { recursive: true });
    writeFileSync(join(recordings, `${client.name}.json`), recording(client, outcomes, relay));
    return outcomes.filter(({ outcome }) => outcome === "fails").length;
  } finally {
    await relay.close();
    await close();
  }
}

/** One line a request: what changed is seen. */
function recording({ title }: Client, outcomes: readonly Outcome[], { exchanges }: Relay): string {
  const list = (items: readonly unknown[]) =>
    `[\n${items.map((item) => `    ${JSON.stringify(item)}`).join(",\n")}\n  ]`;
  return `{\n  "client": ${JSON.stringify(title)},\n  "outcomes": ${list(outcomes)},\n  "exchanges": ${list(exchanges)}\n}\n`;
}

/** Runs a client's program; each line of it that begins with "@" is an outcome. */
function outcomesOf(command: string, args: readonly string[], cwd: string, relay: Relay): Promise<Outcome[]> {
  const env = {
    ...process.env,
    BASE_URL: `${relay.baseUrl}/v1`,
    RELAY: relay.baseUrl,
    API_KEY: clientKey,
    NO_COLOR: "1",
  };
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], timeout: LONGEST });
  const outcomes: Outcome[] = [];
  let noise = "";
  const note = (line: string) => {
    if (line.startsWith("@")) outcomes.push(JSON.parse(line.slice(1)) as Outcome);
    else noise += `${line}\n`;
  };
  createInterface(child.stdout).on("line", note);
  createInterface(child.stderr).on("line", note);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code !== 0) process.stderr.write(`The program ended with ${code}:\n${noise.slice(-2000)}\n`);
      resolve(outcomes);
    });
  });
}
