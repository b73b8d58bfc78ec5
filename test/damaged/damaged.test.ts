import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { rebuildSampleStore } from "../../src/policy/store/rebuild.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { checkDamaged, prepared, runIn } from "./checking.ts";

describe("damaged files", () => {
  it("end in a recovery or one clear message: 63 of the 2,000 that `npm run conformance -- damaged` makes", {
    timeout: 180_000,
  }, async () => {
    const endings = await checkDamaged(63, 1);
    const all = Object.keys(endings);
    for (const [file, what] of [
      ["run/results.jsonl", "message"],
      ["run/summary.json", "message"],
      ["samples.sqlite", "read or drawn again"],
      ["experiment.yaml", "message"],
    ]) {
      expect(
        all.some((name) => name.startsWith(`${file}: `) && name.includes(what ?? "")),
        `${file}: ${what}`,
      ).toBe(true);
    }
  });

  it("name file, line, field and remedy", async () => {
    const folder = await prepared();
    const path = join(folder, "run", "results.jsonl");
    const lines = readFileSync(path, "utf8").split("\n");
    const going = async (line: string) => {
      writeFileSync(path, lines.with(2, line).join("\n"));
      const store = openSampleStore(join(folder, "samples.sqlite"));
      try {
        return await runIn(join(folder, "run"), store).then(
          () => "",
          (error: Error) => error.message.replace(folder, ""),
        );
      } finally {
        store.close();
      }
    };
    const remedy = "Remove the line: its trial is done again, from stored samples where they are kept.";
    expect(await going("null")).toBe(`/run/results.jsonl:3: is damaged: must be object, got null. ${remedy}`);
    expect(await going("{")).toBe(`/run/results.jsonl:3: is not a JSON record. ${remedy}`);
    expect(await going((lines[2] ?? "").replace('"verdict":"', '"verdict":"x'))).toMatch(
      /:3: is damaged: "verdict" must be one of "correct".* got "x/,
    );
    expect(await going(lines[2] ?? "")).toBe("");
  });

  it("are no bombs: aliases of aliases, and nesting without end", () => {
    const bomb = ["a: &a [x, x, x, x, x, x, x, x, x]"].concat(
      [..."bcdefgh"].map((name, i) => `${name}: &${name} [${`*${"abcdefgh"[i]}, `.repeat(9)}]`),
    );
    expect(() => parseExperiment("bomb.yaml", bomb.join("\n"))).toThrow(
      /bomb\.yaml: cannot be read: Excessive alias count.*Write out/,
    );
    expect(() => parseExperiment("deep.yaml", "[".repeat(100_000))).toThrow(/deep\.yaml.* is not valid YAML/);
    expect(() => parseExperiment("ring.yaml", "name: &a [*a]")).toThrow(/ring\.yaml: cannot be read: .*Write out/);
    expect(() => parseExperiment("null.yaml", "null")).toThrow(/null\.yaml: the experiment must be object, got null/);
  });
});

describe("a damaged sample store", () => {
  it("drops a damaged row, draws its sample again, and keeps the others", async () => {
    const folder = await prepared();
    const path = join(folder, "samples.sqlite");
    const database = new DatabaseSync(path);
    const { sample } = database.prepare("SELECT sample FROM samples WHERE id = 2").get() as { sample: string };
    const other = sample.replace(/"text":"./, '"text":"#'); // JSON still, and another text
    database.prepare("UPDATE samples SET sample = ? WHERE id = 2").run(other);
    database.close();
    const notes: string[] = [];
    const store = openSampleStore(path, { onDamaged: (note) => notes.push(note) });
    const size = store.count();
    let fresh = 0;
    await runIn(join(folder, "again"), store, () => fresh++);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/samples\.sqlite is dropped \(row \d+\): it is drawn again\.$/);
    expect(fresh).toBe(1);
    expect(store.count()).toBe(size);
    store.close();
  });

  it("is rebuilt from what can be read, where a page is damaged", async () => {
    const folder = await prepared();
    const path = join(folder, "samples.sqlite");
    const bytes = readFileSync(path);
    bytes.fill(0xff, 4096 * 3, 4096 * 4);
    writeFileSync(path, bytes);
    const { kept, aside } = rebuildSampleStore(path);
    expect(kept).toBeGreaterThan(0);
    expect(readFileSync(aside).equals(bytes)).toBe(true);
    const store = openSampleStore(path);
    expect(store.count()).toBe(kept);
    let fresh = 0;
    await runIn(join(folder, "again"), store, () => fresh++);
    expect(fresh).toBeGreaterThan(0);
    store.close();
  });
});
