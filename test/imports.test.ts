import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** Rooms from left to right: a file may import from its own room and from rooms with a lower rank. */
const ranks: readonly (readonly [RegExp, number])[] = [
  [/^src\/core\//, 0],
  [/^src\/(policy|search|answer|sandbox)\//, 1],
  [/^src\/engine\//, 2],
  [/^(strategies|verifiers|experiments)\//, 3],
  [/^src\/builtins\.ts$/, 4],
  [/^src\/experiment\//, 5],
  [/^src\/(serve|cli)\//, 6],
  [/^src\/index\.ts$/, 7],
];
const peers = ["policy", "search", "answer", "sandbox"];

const rankOf = (file: string) => ranks.find(([room]) => room.test(file))?.[1];

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith(".ts") || path.endsWith(".tsx") ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(file), target ?? "")),
  );
}

const files = ["src", "strategies", "verifiers", "experiments"].flatMap(sources);

describe("imports", () => {
  it("every file stands in a room of the house", () => {
    expect(files.filter((file) => rankOf(file) === undefined)).toEqual([]);
    expect(files.length).toBeGreaterThan(20);
  });

  it("no file imports to the right", () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter((target) => (rankOf(target) ?? -1) > (rankOf(file) ?? -1) && rankOf(target) !== undefined)
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("the rooms policy, search, answer and sandbox know only core and themselves", () => {
    const roomOf = (file: string) => /^src\/(\w+)\//.exec(file)?.[1] ?? "";
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(
          (target) => peers.includes(roomOf(file)) && peers.includes(roomOf(target)) && roomOf(file) !== roomOf(target),
        )
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it("no two files import each other at run time", () => {
    const edges = new Map(files.map((file) => [file, runtimeImportsOf(file)]));
    const wrong = files.flatMap((file) =>
      (edges.get(file) ?? [])
        .filter((target) => file < target && edges.get(target)?.includes(file))
        .map((t) => `${file} ↔ ${t}`),
    );
    expect(wrong).toEqual([]);
  });

  it("only the table of built-ins names strategies and verifiers", () => {
    const wrong = files.filter(
      (file) =>
        file.startsWith("src/") &&
        file !== "src/builtins.ts" &&
        file !== "src/index.ts" &&
        importsOf(file).some((t) => /^(strategies|verifiers)\//.test(t)),
    );
    expect(wrong).toEqual([]);
  });
});

/** Imports that remain after the types are stripped. */
function runtimeImportsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8").replace(/(?:import|export) type [^;]*;/g, "");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(file), target ?? "")),
  );
}
