import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import pg from "pg";
import { findTool } from "../../src/sandbox/tools.ts";
import { freePort } from "./redis.ts";
import { temporaryFolder } from "./terminal.ts";

/** PostgreSQL refuses to run as root: there it runs as the user that its package made. */
function owner(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

/** A real PostgreSQL server of the test's own, which can be killed and started again. */
export class TestPostgres {
  readonly address: string;
  readonly #port: number;
  readonly #folder = temporaryFolder();
  readonly #owner = owner();
  readonly #postgres = findTool("postgres") ?? "postgres";
  #child: ChildProcess | null = null;

  private constructor(port: number) {
    this.#port = port;
    this.address = `postgres://tester@127.0.0.1:${port}/postgres`;
  }

  static async start(): Promise<TestPostgres> {
    const server = new TestPostgres(await freePort());
    const { uid, gid } = server.#owner;
    if (uid !== undefined && gid !== undefined) chownSync(server.#folder, uid, gid);
    const options = ["-D", server.#folder, "-U", "tester", "-A", "trust", "--no-sync"];
    execFileSync(join(dirname(server.#postgres), "initdb"), options, { stdio: "ignore", cwd: "/", ...server.#owner });
    await server.start();
    return server;
  }

  async start(): Promise<void> {
    const settings = [`port=${this.#port}`, "listen_addresses=127.0.0.1", "unix_socket_directories="];
    const args = ["-D", this.#folder, ...settings.flatMap((setting) => ["-c", setting])];
    this.#child = spawn(this.#postgres, args, { stdio: "ignore", cwd: "/", ...this.#owner });
    for (let attempt = 0; attempt < 400; attempt++) {
      try {
        await this.ask("SELECT 1");
        return;
      } catch {
        await pause(25);
      }
    }
    throw new Error("PostgreSQL did not start");
  }

  async ask(text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: this.address });
    await client.connect();
    try {
      return (await client.query(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** At once: connections break. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.kill("SIGQUIT");
    await once(child, "exit");
  }
}
