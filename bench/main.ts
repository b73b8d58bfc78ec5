import { readdirSync } from "node:fs";
import { join } from "node:path";

/**
 * `npm run bench [NAME …]`: runs bench/NAME.ts, all of them without names, and prints what each measured. Figures are
 * meant as ratios taken side by side in one run: the machine's speed drifts.
 */
const folder = import.meta.dirname;
const all = readdirSync(folder)
  .filter((file) => file.endsWith(".ts") && file !== "main.ts")
  .map((file) => file.replace(/\.ts$/, ""));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`Unknown bench ${unknown.join(", ")}. Available: ${all.join(", ")}.\n`);
  process.exit(2);
}

for (const name of wanted.length > 0 ? wanted : all) {
  const module = (await import(join(folder, `${name}.ts`))) as Record<string, unknown>;
  const bench = Object.entries(module).find(([key, value]) => key.endsWith("Bench") && typeof value === "function");
  if (bench === undefined) continue;
  process.stdout.write(`${name}\n`);
  const result = await (bench[1] as () => Promise<unknown>)();
  const rows = Array.isArray(result)
    ? result.map(rowOf)
    : Object.entries(result as object).map(([key, value]) => [key, value]);
  const width = Math.max(...rows.map(([key]) => String(key).length));
  for (const [key, value] of rows) process.stdout.write(`  ${String(key).padEnd(width)}  ${shown(value)}\n`);
}

function rowOf(row: { name: string; figure: number | string; unit?: string }): [string, string] {
  return [row.name, `${shown(row.figure)} ${row.unit ?? ""}`.trim()];
}

function shown(value: unknown): string {
  return typeof value === "number"
    ? Number(value.toPrecision(4)).toLocaleString("en-US", { maximumFractionDigits: 4 })
    : String(value);
}
