import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "..");

/** The rooms of the house from left to right. A file may import from its own room and from rooms of lower rows. */
const rows: readonly (readonly RegExp[])[] = [
  [/^src\/core\//],
  [/^src\/policy\//, /^src\/answer\//, /^src\/sandbox\//, /^src\/statistics\//],
  [/^src\/code\//, /^src\/search\//],
  [/^src\/engine\//],
  [/^src\/learned\//],
  [/^strategies\//, /^verifiers\//, /^experiments\//],
  [/^src\/builtins\.ts$/],
  [/^src\/setup\//],
  [/^src\/runs\//],
  [/^src\/queue\//],
  [/^src\/(report|viewer|export|verifier-study|testing)\//],
  [/^src\/evolve\//],
  [/^src\/(serve|faces)\//],
  [/^src\/cli\//],
  [/^src\/light-parts\.ts$/, /^src\/later\.ts$/],
  [/^src\/(index|light|light-full)\.ts$/],
];

/** A room's row, and a number of its own within it: rooms of one row do not import each other. */
function placeOf(file: string): { readonly row: number; readonly room: string } | undefined {
  for (const [row, rooms] of rows.entries()) {
    const room = rooms.find((pattern) => pattern.test(file));
    if (room !== undefined) return { row, room: String(room) };
  }
  return undefined;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(join(root, path)).isDirectory()) return sources(path);
    return path.endsWith(".ts") || path.endsWith(".tsx") ? [path] : [];
  });
}

/** What a file imports, types and later imports included. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  return [...text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map(([, target]) =>
    relative(root, resolve(root, dirname(file), target ?? "")),
  );
}

const files = ["src", "strategies", "verifiers", "experiments"].flatMap(sources);
const edges = new Map(files.map((file) => [file, importsOf(file).filter((target) => target.endsWith(".ts"))]));

/** Groups of files each of which imports, directly or not, every other of its group (Tarjan 1972). */
function circles(): string[][] {
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    const own = order.size;
    order.set(file, own);
    low.set(file, own);
    stack.push(file);
    for (const target of edges.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (stack.includes(target)) low.set(file, Math.min(low.get(file) ?? 0, low.get(target) ?? 0));
    }
    if (low.get(file) !== own) return;
    const group = stack.splice(stack.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of files) if (!order.has(file)) visit(file);
  return found;
}

describe("imports", () => {
  it("every file stands in a room of the house", () => {
    expect(files.filter((file) => placeOf(file) === undefined)).toEqual([]);
    expect(files.length).toBeGreaterThan(500);
  });

  it("no file imports to the right, types included", () => {
    const wrong = files.flatMap((file) => {
      const from = placeOf(file);
      return (edges.get(file) ?? [])
        .filter((target) => {
          const to = placeOf(target);
          if (from === undefined || to === undefined) return true;
          return to.row > from.row || (to.row === from.row && to.room !== from.room);
        })
        .map((target) => `${file} → ${target}`);
    });
    expect(wrong).toEqual([]);
  });

  it("no files import each other in a circle, types included", () => {
    expect(circles()).toEqual([]);
  });

  it("only the table of built-ins names strategies and verifiers", () => {
    const wrong = files.filter(
      (file) =>
        file.startsWith("src/") &&
        file !== "src/builtins.ts" &&
        !/^src\/(index|light|light-full)\.ts$/.test(file) &&
        (edges.get(file) ?? []).some((target) => /^(strategies|verifiers)\//.test(target)),
    );
    expect(wrong).toEqual([]);
  });
});
