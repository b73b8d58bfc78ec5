import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { figures } from "../../src/report/charts/charts.ts";
import { panelsOf } from "../../src/report/panels.ts";
import { citationsOf } from "../../src/report/paper/bibliography.ts";
import { latexTable, latexText } from "../../src/report/paper/latex.ts";
import { papers } from "../../src/report/paper/papers.ts";
import { type Paper, writePaper } from "../../src/report/paper/write-paper.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { simulatedSetup } from "../runs/small-run.ts";
import { twentyEight } from "./twenty-eight.ts";

describe("a paper of 28 arms", () => {
  const run = temporaryFolder();
  const out = temporaryFolder();
  let paper: Paper;
  beforeAll(async () => {
    const setup = simulatedSetup(run, { command: "ruminate experiment run twenty-eight.yaml" });
    await runExperiment(parseExperiment("twenty-eight.yaml", JSON.stringify(twentyEight)), setup);
    paper = await writePaper(run, out, builtins());
  }, 120_000);

  it("draws the arms of one model and budget together, by short names of their own", () => {
    const panels = panelsOf(paper.data);
    expect(panels.map(({ title }) => title)).toEqual([
      "strong · 1,000 tokens",
      "strong · 3,000 tokens",
      "weak · 1,000 tokens",
      "weak · 3,000 tokens",
    ]);
    for (const { arms } of panels) {
      const names = [...arms.values()];
      expect(names).toHaveLength(7);
      expect(new Set(names.map((name) => name.slice(0, 25))).size).toBe(7);
    }
  });

  it("uses no colour twice for the lines of a drawing", () => {
    const curves = figures(paper.data).filter(({ id }) => /^(anytime|regret|pool)/.test(id));
    expect(curves.length).toBeGreaterThan(8);
    for (const { id, svg } of curves) {
      const lines = [...svg.matchAll(/<g[^>]*stroke="(var\(--arm-\d\))"[^>]*>\s*<path/g)].map(([, colour]) => colour);
      const names = [...svg.matchAll(/<text fill="var\(--arm[^>]*>([^<]+)</g)].map(([, name]) => name);
      expect(new Set(lines).size, id).toBe(lines.length);
      expect(new Set(names).size, id).toBe(names.length);
    }
  });

  it("holds figures twice, tables twice, the data of every plot, methods and references", () => {
    const list = (part: string) => readdirSync(join(out, part)).sort();
    const svg = list("figures").filter((name) => name.endsWith(".svg"));
    expect(list("figures")).toHaveLength(2 * svg.length);
    for (const name of svg) {
      const text = readFileSync(join(out, "figures", name), "utf8");
      expect(text).not.toMatch(/var\(|currentColor/);
      expect(text.match(/font-family=/g)).toHaveLength(1);
      const pdf = readFileSync(join(out, "figures", name.replace(/svg$/, "pdf")), "latin1");
      expect(pdf.startsWith("%PDF-")).toBe(true);
    }
    expect(list("data")).toEqual(
      expect.arrayContaining(["accuracy-by-budget.csv", "arms.csv", "differences.csv", "frontier.csv", "pools.csv"]),
    );
    expect(
      readFileSync(join(out, "data", "arms.csv"), "utf8")
        .trim()
        .split("\n"),
    ).toHaveLength(29);
    const tex = readFileSync(join(out, "main.tex"), "utf8");
    const bib = readFileSync(join(out, "references.bib"), "utf8");
    for (const [, keys = ""] of tex.matchAll(/\\cite\{([^}]*)\}/g))
      for (const key of keys.split(",")) expect(bib).toContain(`{${key},`);
    for (const [, path = ""] of tex.matchAll(/\\(?:input|includegraphics\[[^\]]*\])\{([^}]*)\}/g))
      expect(paper.files).toContain(path);
    expect(readFileSync(join(out, "methods.md"), "utf8")).toContain("28 configurations on arithmetic (4 problems)");
  });

  it("is made again from its archive, byte for byte", async () => {
    const again = temporaryFolder();
    const { files } = await writePaper(join(out, "archive"), again, builtins());
    expect(files).toEqual(paper.files);
    for (const name of files)
      expect(readFileSync(join(again, name)).equals(readFileSync(join(out, name))), name).toBe(true);
  });
});

describe("a folder that holds other files", () => {
  it("keeps them, and loses the figures of an earlier paper alone", async () => {
    const [run, out] = [temporaryFolder(), temporaryFolder()];
    const small = { ...twentyEight, name: "small", policies: undefined, policy: "simulated", budgets: undefined };
    await runExperiment(parseExperiment("small.yaml", JSON.stringify(small)), simulatedSetup(run));
    mkdirSync(join(out, "data"));
    writeFileSync(join(out, "data", "mine.csv"), "mine");
    await writePaper(run, out, builtins());
    const sums = join(out, "archive", "SHA256SUMS");
    writeFileSync(sums, `${readFileSync(sums, "utf8")}${"0".repeat(64)}  figures/earlier.svg\n`);
    writeFileSync(join(out, "figures", "earlier.svg"), "");
    await writePaper(run, out, builtins());
    expect(readFileSync(join(out, "data", "mine.csv"), "utf8")).toBe("mine");
    expect(readdirSync(join(out, "figures"))).not.toContain("earlier.svg");
  }, 60_000);
});

describe("LaTeX", () => {
  it("sets signs as they are meant and never as commands", () => {
    expect(latexText("50 % of $x_1 & {y} ~ a\\b #3 – Δ ≤ 2 …")).toBe(
      "50 \\% of \\$x\\_1 \\& \\{y\\} \\textasciitilde{} a\\textbackslash{}b \\#3 -- $\\Delta$ $\\leq$ 2 \\ldots{}",
    );
    expect(latexText("é 数 \u0007")).toBe("é ? ?");
  });

  it("turns a table that is wider than long", () => {
    const head = ["tag", ...Array.from({ length: 12 }, (_, i) => `arm ${i}`)];
    const text = latexTable(
      { title: "By tag", head, rows: [["easy", ...head.slice(1).map((_, i) => String(i))]] },
      "t",
    );
    expect(text).toContain("\\begin{tabular}{lr}");
    expect(text).toContain("  arm 11 & 11 \\\\");
  });
});

describe("references", () => {
  it("are entries with what is known and nothing else", () => {
    const [first, second] = citationsOf("Chen et al. 2024, arXiv:2405.03553; de Moura and Ullrich 2021, CADE 28");
    expect(first?.key).toBe("chen2024:2405.03553");
    expect(first?.entry).toContain("eprint = {2405.03553}");
    expect(first?.entry).toContain("title = {{AlphaMath Almost Zero: Process Supervision without Process}}");
    expect(second?.entry).toContain("author = {de Moura and Ullrich}");
    expect(second?.entry).not.toContain("title");
    expect(citationsOf("Nobody 2020, arXiv:2001.99999")[0]?.entry).not.toContain("title");
    expect(citationsOf("own")).toEqual([]);
  });

  it("have one key a paper in the whole catalogue", () => {
    const { strategies, verifiers } = builtins();
    const all = [...strategies.all, ...verifiers.all].flatMap(({ paper }) =>
      paper === undefined ? [] : citationsOf(paper),
    );
    const entries = new Map(all.map(({ key, entry }) => [key, entry]));
    for (const { key, entry } of all) expect(entries.get(key)).toBe(entry);
    expect(entries.size).toBeGreaterThan(60);
  });

  it("name as first author whom the catalogue names", () => {
    const { strategies, verifiers, metrics } = builtins();
    const references = [...strategies.all, ...verifiers.all, ...metrics.all].flatMap(
      ({ paper }) => paper?.split("; ") ?? [],
    );
    const plain = (name: string) => name.normalize("NFD").replace(/[^a-zA-Z ,]/g, "");
    const other = references.flatMap((reference) => {
      const authors = papers.get(/arXiv:(\d{4}\.\d{4,5})/.exec(reference)?.[1] ?? "")?.authors ?? null;
      const named =
        plain(reference.split(/ et al\.| and | \d{4}/)[0] ?? "")
          .split(" ")
          .at(-1) ?? "";
      return authors === null || plain(authors.split(" and ")[0] ?? "").includes(named) ? [] : [[reference, authors]];
    });
    expect(other).toEqual([]);
    expect([...papers.values()].every(({ title }) => title.length > 8)).toBe(true);
  });
});
