import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Redis } from "ioredis";
import { connectRedis } from "../../src/policy/redis/connect.ts";
import { findTool } from "../../src/sandbox/tools.ts";
import { temporaryFolder } from "./terminal.ts";

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A real redis-server of the test's own, which writes down all it is given and can be killed and started again. */
export class TestRedis {
  readonly address: string;
  readonly #port: number;
  readonly #more: readonly string[];
  readonly #folder = temporaryFolder();
  #child: ChildProcess | null = null;

  private constructor(port: number, more: readonly string[]) {
    this.#port = port;
    this.#more = more;
    this.address = `redis://127.0.0.1:${port}`;
  }

  static async start(more: readonly string[] = []): Promise<TestRedis> {
    const redis = new TestRedis(await freePort(), more);
    await redis.start();
    return redis;
  }

  async start(): Promise<void> {
    const settings = {
      port: this.#port,
      bind: "127.0.0.1",
      dir: this.#folder,
      appendonly: "yes",
      appendfsync: "everysec",
      save: '""',
    };
    const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
    this.#child = spawn(findTool("redis-server") ?? "redis-server", [...args, ...this.#more], { stdio: "ignore" });
    for (let attempt = 0; attempt < 200; attempt++) {
      try {
        (await connectRedis(this.address)).disconnect();
        return;
      } catch {
        await pause(25);
      }
    }
    throw new Error("redis-server did not start");
  }

  /** As when its machine loses power. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  async connect(): Promise<Redis> {
    return await connectRedis(this.address);
  }
}
