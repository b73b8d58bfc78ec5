import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../src/builtins.ts";
import * as strategyExports from "../strategies/index.ts";
import * as verifierExports from "../verifiers/index.ts";

const root = join(import.meta.dirname, "..");
const { strategies, verifiers } = builtins();

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
/** These are made from a resolver of names, so the registered value is not the exported one. */
const combinators = ["cascade", "ensemble", "route", "calibrated"];
const definitions = (face: Readonly<Record<string, unknown>>, kind: "candidates" | "options") =>
  Object.values(face).filter(
    (value): value is { name: string } =>
      typeof value === "object" && value !== null && "name" in value && kind in value,
  );

describe("the catalogue", () => {
  for (const [registry, folder, face, kind] of [
    [strategies, "strategies", strategyExports, "candidates"],
    [verifiers, "verifiers", verifierExports, "options"],
  ] as const) {
    it(`registers what ${folder}/ exports and exports what is registered, under one name each`, () => {
      const files = globSync("{*,*/*}.ts", { cwd: join(root, folder) }).map((file) => basename(file, ".ts"));
      const exports = face as Readonly<Record<string, unknown>>;
      const plain = registry.all.filter(({ name }) => !combinators.includes(name));
      expect(new Set(definitions(exports, kind).map(({ name }) => name))).toEqual(
        new Set(plain.map(({ name }) => name)),
      );
      for (const entry of plain) expect(exports[camel(entry.name)]).toBe(entry);
      for (const { name } of registry.all) {
        expect(files).toContain(name);
        expect(exports[camel(name)]).toBeDefined();
      }
    });
  }

  it("says of each strategy what a verifier changes, and describes each option that has no plain meaning", () => {
    for (const { name, summary, rewards } of strategies.all) {
      expect(`${name}: ${summary}`.length).toBeGreaterThan(name.length + 10);
      for (const kind of ["outcome", "process", "none"] as const) expect(rewards[kind].length).toBeGreaterThan(10);
    }
  });
});
