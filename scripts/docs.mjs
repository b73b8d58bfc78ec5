// Builds the site of the pages in docs/, with the API by TypeDoc: `npm run docs [FOLDER]`, "site" unless given. What
// builds it is large and nobody else needs it: it is installed into the cache folder, each package at one version.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join, posix, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cacheFolder } from "../src/policy/cache-folder.ts";
import { config, home } from "./docs-config.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const packages = ["vitepress@1.6.4", "typedoc@0.28.20", "typedoc-plugin-markdown@4.14.1", "typescript@6.0.3"];
const tools = join(cacheFolder(), "docs-site");
const stage = join(tools, "stage");
/** Addresses of files beside the pages. */
const files = new Set();

function run(command, args, cwd) {
  const { status } = spawnSync(command, args, { stdio: "inherit", cwd });
  if (status !== 0) process.exit(status ?? 1);
}

function install() {
  const stamp = join(tools, "packages.txt");
  const wanted = packages.join("\n");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  process.stderr.write(`Installing ${packages.join(", ")} (once, about 150 MB; licences: MIT, Apache-2.0) …\n`);
  rmSync(tools, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true });
  writeFileSync(join(tools, "package.json"), '{"private": true, "type": "module"}');
  run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", ...packages], tools);
  writeFileSync(stamp, wanted);
}

/** The pages as the site has them: what they link to outside docs/ goes along. */
function pages() {
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(join(stage, "public"), { recursive: true });
  for (const file of globSync("docs/*", { cwd: root })) {
    if (!file.endsWith(".md")) cpSync(join(root, file), join(stage, basename(file)));
    else writeFileSync(join(stage, basename(file)), staged(readFileSync(join(root, file), "utf8"), "docs"));
  }
  for (const file of ["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"]) {
    writeFileSync(join(stage, file.toLowerCase()), staged(readFileSync(join(root, file), "utf8"), "."));
  }
  writeFileSync(join(stage, "index.md"), home);
}

/** What stands outside of code means itself: signs of tags and of templates are text, but for anchors of our own. */
const prose = (text) => text.replace(/<(?!a id=|\/a>|!--|https?:)/g, "&lt;").replaceAll("{{", "&#123;&#123;");
const spans = /(^```[\s\S]*?^```$|``[^\n]*?``|`[^`\n]*`)/m;

function staged(page, folder) {
  const parts = page.split(new RegExp(spans, "gm"));
  const safe = parts.map((part, place) => (place % 2 === 1 ? part : prose(part))).join("");
  return safe.replace(/\]\(([^)\s:#]+)(#[^)\s]*)?\)/g, (link, target, anchor = "") => {
    const path = posix.normalize(posix.join(folder, target));
    if (path === "README.md") return `](/${anchor})`;
    if (path.startsWith("docs/") && path.endsWith(".md")) return `](/${basename(path)}${anchor})`;
    if (["CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"].includes(path)) return `](/${path.toLowerCase()}${anchor})`;
    if (path.startsWith("docs/") || !existsSync(join(root, path))) return link;
    cpSync(join(root, path), join(stage, "public", path), { recursive: true });
    files.add(`/${path}`);
    return `](/${path})`;
  });
}

/** A page for every entry of the package, by its name. */
function api() {
  const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const entries = Object.entries(exports).filter(([, entry]) => typeof entry === "object");
  const modules = entries.map(([path, { types }]) => {
    const source = types.slice("./dist/".length).replace(/\.d\.ts$/, "");
    return {
      name: path.replace(/^\./, "ruminate"),
      source: join(root, `${source}.ts`),
      page: source.replace(/\/index$/, ""),
    };
  });
  const out = join(stage, "api");
  const flags = {
    plugin: "typedoc-plugin-markdown",
    tsconfig: join(root, "tsconfig.json"),
    readme: "none",
    logLevel: "Error",
    name: "API",
    basePath: root,
    displayBasePath: root,
    outputFileStrategy: "modules",
    out,
  };
  const on = ["--skipErrorChecking", "--disableSources", "--hidePageHeader", "--hideBreadcrumbs"];
  const given = Object.entries(flags).flatMap(([flag, value]) => [`--${flag}`, value]);
  const sources = modules.flatMap(({ source }) => ["--entryPoints", source]);
  run(process.execPath, [join(tools, "node_modules/typedoc/bin/typedoc"), ...given, ...on, ...sources], tools);
  rmSync(join(out, "README.md"), { force: true });
  for (const { name, page } of modules) {
    const path = join(out, `${page}.md`);
    writeFileSync(path, readFileSync(path, "utf8").replace(/^# .*$/m, `# ${name}`));
  }
  return modules;
}

install();
pages();
const modules = api();
mkdirSync(join(stage, ".vitepress"));
writeFileSync(
  join(stage, ".vitepress/config.mjs"),
  `export default ${JSON.stringify(config(modules, [...files]), null, 2)};\n`,
);
if (!existsSync(join(stage, "node_modules")))
  symlinkSync(join(tools, "node_modules"), join(stage, "node_modules"), "junction");
const out = resolve(process.argv[2] ?? join(root, "site"));
run(process.execPath, [join(tools, "node_modules/vitepress/bin/vitepress.js"), "build", stage, "--outDir", out], tools);
process.stdout.write(`The site stands in ${out}\n`);
