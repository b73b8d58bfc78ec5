import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Attack } from "./hostile/attack.ts";
import { pythonExhaust } from "./hostile/python-exhaust.ts";
import { pythonReach } from "./hostile/python-reach.ts";
import { pythonTamper } from "./hostile/python-tamper.ts";
import { runtimes } from "./runtimes.ts";

const canary = "ruminate-canary-4f1d7c";
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
const prey = { file, folder, tcpPort: (server.address() as AddressInfo).port, hostPid: process.pid };

const python: readonly Attack[] = [...pythonReach(prey), ...pythonExhaust, ...pythonTamper];

afterAll(() => {
  server.close();
  delete process.env.RUMINATE_CANARY;
  rmSync(folder, { recursive: true, force: true });
});

for (const { name, language, create } of runtimes) {
  const attacks = python;
  describe(`the ${name} runtime`, () => {
    let sandbox: Sandbox;
    beforeAll(() => {
      sandbox = create({ workers: 2 });
    });
    afterAll(() => sandbox.dispose());

    it.concurrent.each(attacks)("holds against: $name", async ({ source, verdicts, result, limits }) => {
      const outcome = await sandbox.run(
        { language, source, ...(result && { result }) },
        { limits: { wallMs: 5000, ...limits } },
      );
      const shown = JSON.stringify(outcome);
      expect(outcome.stdout).not.toContain("ESCAPED");
      expect(shown).not.toContain(canary);
      expect(outcome.value).not.toBe("forged");
      expect(verdicts, shown.slice(0, 600)).toContain(outcome.verdict);
    });

    it("leaves the host's files as they were and connects to nothing", () => {
      expect(readdirSync(folder)).toEqual(["secret.txt"]);
      expect(readFileSync(file, "utf8")).toBe(`${canary}\n`);
      expect(connections).toBe(0);
    });

    it("still answers, from an interpreter that no attack has touched", async () => {
      const source = "import math, builtins\nans = [math.pi > 3.1, len(str(5)), type(print).__name__]";
      const outcome = await sandbox.run({ language, source, result: { variable: "ans" } });
      expect(outcome).toMatchObject({ verdict: "ok", value: "[True, 1, 'builtin_function_or_method']" });
    });
  });
}

it("the suite is as wide as it claims", () => {
  expect(python.length).toBeGreaterThanOrEqual(120);
  expect(new Set(python.map((attack) => attack.name)).size).toBe(python.length);
});
