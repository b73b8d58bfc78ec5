import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { cacheFolder } from "../src/policy/cache-folder.ts";
import { pairs } from "../test/answer/pairs/index.ts";

const versions = { "its-hub": "1.2.0", treequest: "0.3.3", "math-verify": "0.9.0" } as const;
const rounds = 5;

/** One line of work for bench/peers/ours.ts and bench/peers/peers.py. */
export interface Task {
  readonly task: "nothing" | "solve" | "calls" | "bare" | "tree" | "answers";
  readonly base_url: string;
  /** Samples, calls or nodes. */
  readonly n: number;
  readonly in_flight: number;
  readonly pairs: readonly (readonly [string, string])[];
}

interface Took {
  readonly done: number;
  readonly seconds: number;
  readonly cpu: number;
}

interface Figure {
  readonly name: string;
  readonly ours: readonly number[];
  readonly peers: readonly number[];
  readonly peer: string;
  readonly unit: string;
  readonly digits: number;
}

/**
 * Beside the packages that others publish: its-hub (calls, best-of-n), treequest (tree search), math-verify (answers),
 * and the bare client library. Each round measures them in turn on the same fake server and the same cases; ratios are
 * of medians, with the least and the greatest of the rounds. The packages go into the cache folder, once.
 * `node bench/peers.ts --write` also writes the table to docs/performance.md.
 */
export async function peersBench(): Promise<{ name: string; figure: string }[]> {
  const python = installed();
  const [slow, fast] = [await fakeServer(50), await fakeServer(0)];
  const [ours, theirs] = [worker("ours"), worker("theirs", python)];
  const known = Object.values(pairs)
    .flat()
    .flatMap(({ a, b, kind }) => (kind === "math" ? [[a, b] as const] : []));
  const figures = {
    first: { ours: [] as number[], peers: [] as number[], bare: [] as number[] },
    later: { ours: [] as number[], peers: [] as number[], bare: [] as number[] },
    calls: { ours: [] as number[], peers: [] as number[], bare: [] as number[] },
    cpu: { ours: [] as number[], peers: [] as number[] },
    tree: { ours: [] as number[], peers: [] as number[] },
    answers: { ours: [] as number[], peers: [] as number[] },
  };
  const solving = { task: "solve", base_url: slow.baseUrl, n: 64, in_flight: 16 } as const;
  const calling = { task: "calls", base_url: fast.baseUrl, n: 2000, in_flight: 64 } as const;
  const growing = { task: "tree", n: 2000 } as const;
  const ideal = (64 / 16) * 0.05;
  try {
    for (let round = 0; round <= rounds; round++) {
      const kept = round > 0; // the first is for warming up
      const note = (list: number[], value: number) => void (kept && list.push(value));
      note(figures.first.ours, ideal / (await askedOnce("ours", solving)).seconds);
      note(figures.first.peers, ideal / (await askedOnce("theirs", solving, python)).seconds);
      note(figures.first.bare, ideal / (await askedOnce("ours", { ...solving, task: "bare" })).seconds);
      note(figures.later.ours, ideal / (await ours.ask(solving)).seconds);
      note(figures.later.peers, ideal / (await theirs.ask(solving)).seconds);
      note(figures.later.bare, ideal / (await ours.ask({ ...solving, task: "bare" })).seconds);
      const own = await ours.ask(calling);
      const other = await theirs.ask(calling);
      const bare = await ours.ask({ ...calling, task: "bare" });
      note(figures.calls.ours, own.done / own.seconds);
      note(figures.calls.peers, other.done / other.seconds);
      note(figures.calls.bare, bare.done / bare.seconds);
      note(figures.cpu.ours, (own.cpu * 1000) / own.done);
      note(figures.cpu.peers, (other.cpu * 1000) / other.done);
      const [tree, otherTree] = [await ours.ask({ ...growing, n: 40_000 }), await theirs.ask(growing)];
      note(figures.tree.ours, tree.done / tree.cpu);
      note(figures.tree.peers, otherTree.done / otherTree.cpu);
      const [read, otherRead] = [
        await ours.ask({ task: "answers", pairs: known }),
        await theirs.ask({ task: "answers", pairs: known }),
      ];
      note(figures.answers.ours, read.done / read.cpu);
      note(figures.answers.peers, otherRead.done / otherRead.cpu);
    }
  } finally {
    for (const { end } of [ours, theirs, slow, fast]) end();
  }
  const rows: Figure[] = [
    row("best-of-64 at 50 ms, 16 in flight, first of a process: ideal time / time", figures.first, "its-hub", "", 2),
    row("the same beside a loop of bare undici", { ...figures.first, peers: figures.first.bare }, "undici", "", 2),
    row("best-of-64, later ones", figures.later, "its-hub", "", 2),
    row("the same beside a loop of bare undici", { ...figures.later, peers: figures.later.bare }, "undici", "", 2),
    row("calls a second at no latency, 64 in flight", figures.calls, "its-hub", "", 0),
    row("the same beside a loop of bare undici", { ...figures.calls, peers: figures.calls.bare }, "undici", "", 0),
    row("processor time a call", figures.cpu, "its-hub", "ms", 2),
    row("tree search, nodes a second of processor time", figures.tree, "treequest", "", 0),
    row(`answers compared a second of processor time (${known.length} pairs)`, figures.answers, "math-verify", "", 0),
  ];
  if (process.argv.includes("--write")) write(rows);
  return rows.map((figure) => ({ name: figure.name, figure: shown(figure) }));
}

const row = (
  name: string,
  { ours, peers }: Pick<Figure, "ours" | "peers">,
  peer: string,
  unit: string,
  digits: number,
): Figure => ({ name, ours, peers, peer, unit, digits });

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The median, and the least and the greatest. */
function spread(values: readonly number[], digits: number): string {
  const text = (value: number) =>
    value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return `${text(median(values))} (${text(Math.min(...values))}–${text(Math.max(...values))})`;
}

/** Ratios round by round: both sides of each were measured within seconds of each other. */
const ratios = ({ ours, peers }: Figure) => ours.map((value, round) => value / (peers[round] ?? Number.NaN));

const shown = (figure: Figure): string =>
  `${spread(figure.ours, figure.digits)} ${figure.unit} against ${spread(figure.peers, figure.digits)} of ${figure.peer}, ratio ${spread(ratios(figure), 2)}`.replace(
    "  ",
    " ",
  );

/** Installs the packages into the cache folder, once. */
function installed(): string {
  const name = Object.entries(versions).map(([key, version]) => `${key}-${version}`);
  const folder = join(cacheFolder(), "peers", name.join("+"));
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "done"))) return python;
  mkdirSync(folder, { recursive: true });
  execFileSync("python3", ["-m", "venv", folder], { stdio: "inherit" });
  const extras: Readonly<Record<string, string>> = { "its-hub": "[lm]" };
  const wanted = Object.entries(versions).map(([key, version]) => `${key}${extras[key] ?? ""}==${version}`);
  execFileSync(python, ["-m", "pip", "install", "--quiet", ...wanted], { stdio: "inherit" });
  writeFileSync(join(folder, "done"), "");
  return python;
}

/** A process that does tasks one after the other. */
function worker(side: "ours" | "theirs", python = ""): { ask(task: Partial<Task>): Promise<Took>; end(): void } {
  const file = (name: string) => join(import.meta.dirname, "peers", name);
  const child: ChildProcess =
    side === "ours"
      ? spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file("ours.ts")], { stdio: "pipe" })
      : spawn(python, [file("peers.py")], { stdio: "pipe" });
  let complaint = "";
  child.stderr?.on("data", (data: Buffer) => {
    complaint = (complaint + data.toString()).slice(-2000);
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  return {
    async ask(task) {
      child.stdin?.write(`${JSON.stringify(task)}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error(`${side} ended at ${task.task}: ${complaint}`);
      return JSON.parse(value as string) as Took;
    },
    end: () => void child.stdin?.end(),
  };
}

/** The first task of a process that has the machine to itself. */
async function askedOnce(side: "ours" | "theirs", task: Partial<Task>, python = ""): Promise<Took> {
  const { ask, end } = worker(side, python);
  await ask({ task: "nothing" });
  const took = await ask(task);
  end();
  return took;
}

async function fakeServer(latencyMs: number): Promise<{ baseUrl: string; end(): void }> {
  const options = JSON.stringify({ latencyMs, honoursN: false });
  const file = join(import.meta.dirname, "../test/fakes/serve.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, options], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const [chunk] = (await once(child.stdout as NodeJS.ReadableStream, "data")) as [Buffer];
  return { baseUrl: chunk.toString().trim(), end: () => void child.stdin?.end() };
}

/** Puts the table between its marks on the page. */
function write(rows: readonly Figure[]): void {
  const page = join(import.meta.dirname, "..", "docs", "performance.md");
  const [begin, end] = ["<!-- peers: npm run bench peers -->", "<!-- /peers -->"];
  const text = readFileSync(page, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${page} has no place for the table: ${begin} … ${end}`);
  const day = new Date().toISOString().slice(0, 10);
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? "?"}, Node ${process.versions.node}, ${day}`;
  const table = [
    `${machine}; ${rounds} rounds in turn after one to warm up; median (least–greatest).`,
    "",
    "| figure | ours | theirs | ratio |",
    "|---|---|---|---|",
    ...rows.map(
      (figure) =>
        `| ${figure.name}${figure.unit === "" ? "" : `, ${figure.unit}`} | ${spread(figure.ours, figure.digits)} | ${spread(figure.peers, figure.digits)} (${[figure.peer, versions[figure.peer as keyof typeof versions]].join(" ").trim()}) | ${spread(ratios(figure), 2)} |`,
    ),
  ];
  writeFileSync(page, `${text.slice(0, from + begin.length)}\n${table.join("\n")}\n${text.slice(to)}`);
}

if (import.meta.main) for (const { name, figure } of await peersBench()) process.stdout.write(`${name}: ${figure}\n`);
