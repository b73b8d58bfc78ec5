import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PooledSandbox } from "../../src/sandbox/pooled-sandbox.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { Forger } from "./forging.ts";
import { readForged } from "./judged.ts";

describe("a report that its program has forged", () => {
  it("ends as a verdict, whatever it is: 300 of the 10,000 that `npm run conformance -- forged` makes", async () => {
    const endings = await readForged(300, 1);
    expect(Object.values(endings).reduce((sum, count) => sum + count, 0)).toBe(300);
    expect(endings["line: refused"]).toBeGreaterThan(30);
    expect(endings["line: taken"]).toBeGreaterThan(1);
    expect(Object.keys(endings).filter((what) => what.startsWith("judge: "))).not.toEqual([]);
  });

  it("ends the program as crashed where the worker's line is none, after one more try", async () => {
    const folder = temporaryFolder();
    const forger = new Forger(3);
    const lines = Array.from({ length: 10 }, () => forger.line(7).replaceAll("\n", " "));
    const file = join(folder, "worker.mjs");
    writeFileSync(
      file,
      `import { createInterface } from "node:readline"; import { readFileSync } from "node:fs";
       const lines = JSON.parse(readFileSync(new URL("./lines.json", import.meta.url)));
       console.log('{"ready":true}');
       createInterface({ input: process.stdin }).on("line", (line) => {
         const { id, source } = JSON.parse(line);
         console.log(JSON.stringify({ id: 1, started: true }));
         console.log(lines[Number(source)].replaceAll('"id":7', '"id":' + id));
       });`,
    );
    writeFileSync(join(folder, "lines.json"), JSON.stringify(lines));
    const sandbox = new PooledSandbox(
      "forged",
      "python",
      { name: "forged", file: process.execPath, args: [file] },
      { workers: 2 },
    );
    try {
      const ends = await Promise.all(
        lines.map((_, i) => sandbox.run({ language: "python", source: String(i) }, { limits: { wallMs: 3000 } })),
      );
      for (const end of ends) expect(end.verdict).toMatch(/^(ok|error|timeout|memory|output-limit|crashed|refused)$/);
      expect(ends.some(({ verdict }) => verdict === "crashed")).toBe(true);
    } finally {
      await sandbox.dispose();
    }
    expect(readdirSync(folder)).toHaveLength(2);
  });
});
