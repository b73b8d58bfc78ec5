/**
 * Makes a run of many trials out of a small one: `node grow.ts FROM TO TIMES FIRST` repeats every problem's lines TIMES
 * times, each time under seeds of its own, counted from FIRST. One problem is in memory at a time. Its sums in
 * summary.json are those of the small run: what reads them is not measured with it.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LineWriter, linesOf } from "../../src/runs/records/lines.ts";

interface Line {
  readonly problem: string;
  readonly key: string;
  readonly seed: number;
}

const [from = "", to = "", times = "1", first = "1"] = process.argv.slice(2);
mkdirSync(to, { recursive: true });
const read = (name: string) =>
  JSON.parse(readFileSync(join(from, name), "utf8")) as { seeds: number[]; trials: number };
const { seeds, trials } = read("summary.json");
const copies = Array.from({ length: Number(times) }, (_, copy) => copy);
const seedOf = (seed: number, copy: number) => Number(first) + copy * seeds.length + seeds.indexOf(seed);
const allSeeds = copies.flatMap((copy) => seeds.map((seed) => seedOf(seed, copy)));

const results = new LineWriter(join(to, "results.jsonl"));
let block: readonly Line[] = [];
const flush = () => {
  for (const copy of copies)
    for (const line of block) {
      const seed = seedOf(line.seed, copy);
      results.write(JSON.stringify({ ...line, key: `${line.key.slice(0, -6)}${String(seed).padStart(6, "0")}`, seed }));
    }
  block = [];
};
for (const text of linesOf(join(from, "results.jsonl"))) {
  const line = JSON.parse(text) as Line;
  if (block[0] !== undefined && block[0].problem !== line.problem) flush();
  block = [...block, line];
}
flush();
results.finish();
writeFileSync(join(to, "traces.jsonl"), "");
const write = (name: string, more: object) =>
  writeFileSync(join(to, name), `${JSON.stringify({ ...read(name), ...more, seeds: allSeeds }, null, 2)}\n`);
write("experiment.json", {});
write("summary.json", { trials: trials * copies.length });
