import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { builtins } from "../src/builtins.ts";
import * as strategyExports from "../strategies/index.ts";
import * as verifierExports from "../verifiers/index.ts";

const root = join(import.meta.dirname, "..");
const { strategies, verifiers } = builtins();

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
const exported = (face: Readonly<Record<string, unknown>>, kind: "candidates" | "options") =>
  Object.values(face).filter(
    (value) => typeof value === "object" && value !== null && "name" in value && kind in value,
  );

describe("the catalogue", () => {
  it("registers every strategy and verifier that is exported, and exports every one that is registered", () => {
    expect(new Set(exported(strategyExports, "candidates"))).toEqual(new Set(strategies.all));
    expect(new Set(exported(verifierExports, "options"))).toEqual(new Set(verifiers.all));
  });

  it("names each after its file, and its export after its name", () => {
    for (const [registry, folder, face] of [
      [strategies, "strategies", strategyExports],
      [verifiers, "verifiers", verifierExports],
    ] as const) {
      const files = readdirSync(join(root, folder)).map((file) => file.replace(/\.ts$/, ""));
      for (const { name } of registry.all) {
        expect(files).toContain(name);
        expect((face as Readonly<Record<string, unknown>>)[camel(name)]).toBe(registry.get(name));
      }
    }
  });

  it("says of each strategy what a verifier changes, and describes each option that has no plain meaning", () => {
    for (const { name, summary, rewards } of strategies.all) {
      expect(`${name}: ${summary}`.length).toBeGreaterThan(name.length + 10);
      for (const kind of ["outcome", "process", "none"] as const) expect(rewards[kind].length).toBeGreaterThan(10);
    }
  });
});
