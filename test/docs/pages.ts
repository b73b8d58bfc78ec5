import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const root = resolve(import.meta.dirname, "../..");

/** A fenced block of a page: ```LANGUAGE TAG. The tag is a file's name, or says what becomes of the block. */
export interface Block {
  readonly language: string;
  readonly tag: string;
  readonly text: string;
  readonly line: number;
}

/** All pages that people read, by their path. */
export const pages: ReadonlyMap<string, string> = new Map(
  ["README.md", "CONTRIBUTING.md", "SECURITY.md", ...globSync("docs/*.md", { cwd: root })]
    .sort()
    .map((path) => [path, readFileSync(join(root, path), "utf8")]),
);

export const pageOf = (name: string): string => pages.get(`docs/${name}`) ?? "";

export function blocksOf(page: string): readonly Block[] {
  return [...page.matchAll(/^```(\w*) ?([^\n]*)\n([\s\S]*?)^```$/gm)].map((match) => {
    const [, language = "", tag = "", text = ""] = match;
    return { language, tag, text, line: page.slice(0, match.index).split("\n").length };
  });
}

/** The words of each command of ours in a text: continued lines joined, comments and what is piped left out. */
export function commandsIn(text: string): readonly (readonly string[])[] {
  return text
    .replace(/\\\n\s*/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, rest] = /^\s*(?:[A-Z_]+=\S+ )*(?:npx |npm start -- )?ruminate (.*)$/.exec(line) ?? [];
      return rest === undefined ? [] : [wordsOf(rest)];
    });
}

function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  for (const [found, double, single] of line.matchAll(/"((?:[^"\\]|\\.)*)"|'([^']*)'|[^\s"']+/g)) {
    if (["#", "|", ">", "&&", ";", "&"].some((end) => found === end || (end === "#" && found.startsWith("# ")))) break;
    words.push(double?.replace(/\\(.)/g, "$1") ?? single ?? found);
  }
  return words;
}

/** A heading's address, as GitHub and VitePress make it, near enough for ours. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replace(/\s/g, "-");

export function anchorsOf(page: string): ReadonlySet<string> {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, "");
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
  const named = [...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = ""]) => id);
  return new Set([...headings, ...named]);
}

export function linksOf(page: string): readonly string[] {
  const prose = page.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`]*`/g, "");
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target);
}
