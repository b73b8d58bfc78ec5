import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { namedFiles } from "../../src/runs/records/named-files.ts";

const folder = mkdtempSync(join(tmpdir(), "named-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("names the files that options hold by what is in them, so that a file learned again is another verifier", () => {
  const path = join(folder, "my.orm");
  const options = { outcome: { name: "file", options: { path } }, others: [3, null, folder, "no such file", path] };
  writeFileSync(path, "first");
  const before = namedFiles(options);
  expect(before.map(([name]) => name)).toEqual([path]);
  expect(namedFiles(options)).toEqual(before);
  writeFileSync(path, "second");
  expect(namedFiles(options)).not.toEqual(before);
  expect(namedFiles({ aggregation: "last", long: "x".repeat(5000), none: "" })).toEqual([]);
});
