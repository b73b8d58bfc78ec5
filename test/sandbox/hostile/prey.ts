import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Prey } from "./attack.ts";

/** What no program may print. */
export const canary = "ruminate-canary-4f1d7c";

export interface LaidOut {
  readonly prey: Prey;
  /** Connections that the host's server has seen. */
  connections(): number;
  /** Names in the host's folder, and what its file holds. */
  left(): { readonly names: readonly string[]; readonly text: string };
  remove(): void;
}

/** A file with a secret, a secret in the environment and a server that counts who calls. */
export async function layOut(): Promise<LaidOut> {
  const folder = mkdtempSync(join(tmpdir(), "ruminate-prey-"));
  const file = join(folder, "secret.txt");
  writeFileSync(file, `${canary}\n`);
  process.env.RUMINATE_CANARY = canary;
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    socket.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    prey: { file, folder, tcpPort: (server.address() as AddressInfo).port, hostPid: process.pid },
    connections: () => connections,
    left: () => ({ names: readdirSync(folder), text: readFileSync(file, "utf8") }),
    remove() {
      server.close();
      delete process.env.RUMINATE_CANARY;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
