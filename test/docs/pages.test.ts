import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { Command } from "commander";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { buildProgram } from "../../src/cli/commands/program.ts";
import { fakeTerminal } from "../fakes/terminal.ts";
import { anchorsOf, blocksOf, commandsIn, linksOf, pageOf, pages, root } from "./pages.ts";

describe("links of the pages", () => {
  it.each([...pages])("%s leads to files and headings that are there", (path, page) => {
    const broken = linksOf(page).filter((target) => {
      if (/^[a-z]+:/.test(target)) return !target.startsWith("https://");
      const [file = "", anchor] = target.split("#");
      const to = file === "" ? path : normalize(join(dirname(path), file));
      if (!existsSync(join(root, to))) return true;
      return anchor !== undefined && pages.has(to) && !anchorsOf(pages.get(to) ?? "").has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it("reaches every page from the start of the site or another page", () => {
    const reached = new Set(
      [...pages].flatMap(([path, page]) =>
        linksOf(page).map((target) => normalize(join(dirname(path), target.split("#")[0] ?? ""))),
      ),
    );
    const lost = [...pages.keys()].filter((path) => path.startsWith("docs/") && !reached.has(path));
    expect(lost).toEqual([]);
  });
});

describe("snippets of all pages", () => {
  const program = buildProgram(fakeTerminal(), () => {});

  it.each([...pages])("%s names commands and options that there are", (path, page) => {
    const shells = blocksOf(page).filter(({ language }) => ["", "sh", "bash"].includes(language));
    const unknown = shells.flatMap(({ text, line }) =>
      commandsIn(text).flatMap((words) => flawOf(words, program).map((flaw) => `${path}:${line} ${flaw}`)),
    );
    expect(unknown).toEqual([]);
  });

  it.each([...pages])("%s has YAML and JSON that can be read", (_, page) => {
    for (const { language, text } of blocksOf(page)) {
      if (language === "yaml") expect(() => parse(text, { uniqueKeys: false }), text).not.toThrow();
      if (language === "json") expect(isJson(text) || text.trim().split("\n").every(isJson), text).toBe(true);
    }
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** What is not known of a command: a word that is no command of a group, an option. */
function flawOf(words: readonly string[], program: Command): readonly string[] {
  let command = program;
  const flaws: string[] = [];
  const options = () => [...command.options, ...program.options].flatMap(({ short, long }) => [short, long]);
  for (const word of words) {
    const inner = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (inner !== undefined) command = inner;
    else if (/^--?[a-z]/.test(word) && !["--help", "-h", "--version"].includes(word)) {
      const [name = ""] = word.split("=");
      if (!options().includes(name)) flaws.push(`${command.name()} has no ${name}`);
    }
  }
  const [first = ""] = words;
  const named = program.commands.some((one) => one.name() === first) || first.startsWith("-") || /[….A-Z[]/.test(first);
  return named ? flaws : [`there is no command "${first}"`, ...flaws];
}

describe("the glossary", () => {
  const words = [...pageOf("glossary.md").matchAll(/^\| <a id="[^"]+"><\/a>([\w -]+) \|/gm)].map(
    ([, word = ""]) => word,
  );
  const tutorial = pageOf("tutorial.md");

  it("is in the order of the alphabet", () => {
    expect(words.length).toBeGreaterThan(15);
    expect(words).toEqual(words.toSorted());
  });

  it.each(words)("the tutorial explains “%s” where it first says it", (word) => {
    const first = new RegExp(`\\b${word}s?\\b`, "i").exec(tutorial.replaceAll("`", " "));
    if (first === null) return; // it does without the word
    const line = tutorial.slice(0, first.index).split("\n").length;
    const before = tutorial.slice(first.index - 2, first.index);
    expect(before, `line ${line} says “${first[0]}” first, and does not explain it there`).toBe("**");
  });
});
