import { hash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative, resolve } from "node:path";

/** A text in the code that may name another file: an import, or the path of something that is read. */
const relativePath = /(["'`])(\.{1,2}\/[^"'`\n]{1,500})\1/g;
const packageImport = /(?:from|import|require)\s*\(?\s*(["'])([^"'./\n][^"'\n]{0,200})\1/g;
const code = /\.[cm]?[jt]sx?$/;
const endings = ["", ".ts", ".js", ".mts", ".mjs", ".cts", ".cjs", ".json", "/index.ts", "/index.js"];

/**
 * A hash of a module and of all that it imports or names by a relative path, followed through every module, with the
 * versions of the packages that they import. Files that are named only when the code runs are not seen.
 * @throws what the file system throws where the module itself cannot be read.
 */
export function codeHash(entry: string): string {
  const start = resolve(entry);
  const contents = new Map<string, string>();
  const packages = new Map<string, string>();
  const waiting = [start];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (contents.has(path)) continue;
    const bytes = readFileSync(path);
    contents.set(path, hash("sha256", bytes, "hex"));
    if (!code.test(path)) continue;
    const text = bytes.toString("utf8");
    for (const [, , named = ""] of text.matchAll(relativePath)) {
      const found = fileAt(resolve(dirname(path), named.replace(/[?#].*$/, "")));
      if (found !== null) waiting.push(found);
    }
    for (const [, , named = ""] of text.matchAll(packageImport)) {
      const found = packageOf(path, named);
      if (found === null) continue;
      if (found.file === undefined) packages.set(found.name, found.version);
      else waiting.push(found.file);
    }
  }
  const parts = [...contents].map(([path, sum]) => [relative(dirname(start), path).replaceAll("\\", "/"), sum]);
  return hash("sha256", JSON.stringify([parts.sort(), [...packages].sort()]), "base64url").slice(0, 16);
}

function fileAt(path: string): string | null {
  const found = [...endings.map((ending) => path + ending), path.replace(/\.([cm]?)js$/, ".$1ts")].find(isFile);
  return found ?? null;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** An installed package by its version; what lies outside of node_modules (a link, an alias "#name") by its file. */
function packageOf(from: string, named: string) {
  if (named.startsWith("node:")) return null;
  let file: string;
  try {
    file = createRequire(from).resolve(named);
  } catch {
    return installed(dirname(from), named);
  }
  if (!/[\\/]/.test(file)) return null; // a module of Node's own
  return /[\\/]node_modules[\\/]/.test(file) ? installed(dirname(from), named) : { name: named, version: "", file };
}

function installed(folder: string, named: string): { name: string; version: string; file?: undefined } | null {
  const [name = ""] = /^(?:@[^/]+\/)?[^/]+/.exec(named) ?? [];
  for (let at = folder; ; at = dirname(at)) {
    try {
      const { version } = JSON.parse(readFileSync(join(at, "node_modules", name, "package.json"), "utf8"));
      return { name, version: String(version) };
    } catch {
      if (dirname(at) === at) return null;
    }
  }
}
