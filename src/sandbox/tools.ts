import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { UnknownNameError } from "../core/errors.ts";

/** A program of the machine that some parts can use and none brings along. */
interface OutsideTool {
  /** Paths in the order in which they are tried; a bare name is looked for in the folders of `PATH`. */
  readonly places: readonly (string | undefined)[];
  readonly install: string;
  /** What Python must be able to import, where the tool is Python with libraries. */
  readonly modules?: readonly string[];
  /** Arguments with which it ends well where it works; for a tool that a machine can have and not allow. */
  readonly tries?: readonly string[];
  /** What lets it work where that fails. */
  readonly allow?: string;
}

/** Sandboxes show programs `/usr` alone, so what runs in one must lie there. */
const tools = {
  bubblewrap: {
    places: ["/usr/bin/bwrap"],
    install: "apt-get install bubblewrap python3 python3-numpy python3-sympy",
    // Containers and some systems forbid the namespaces that it makes.
    tries: [
      ...["--unshare-all", "--unshare-user", "--ro-bind", "/usr", "/usr"],
      ...["--symlink", "usr/lib", "/lib", "--symlink", "usr/lib64", "/lib64", "/usr/bin/true"],
    ],
    allow:
      "Allow it user namespaces: a right of the container, or a setting of the kernel " +
      "(kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns)",
  },
  prlimit: { places: ["/usr/bin/prlimit"], install: "apt-get install util-linux" },
  timeout: { places: ["/usr/bin/timeout"], install: "apt-get install coreutils" },
  "system-python": {
    places: ["/usr/bin/python3"],
    install: "apt-get install bubblewrap python3 python3-numpy python3-sympy",
  },
  numpy: { places: ["/usr/bin/python3"], modules: ["numpy"], install: "apt-get install python3-numpy" },
  scipy: { places: ["/usr/bin/python3"], modules: ["scipy"], install: "apt-get install python3-scipy" },
  pandas: { places: ["/usr/bin/python3"], modules: ["pandas"], install: "apt-get install python3-pandas" },
  sympy: {
    places: ["/usr/bin/python3"],
    modules: ["numpy", "sympy"],
    install: "apt-get install python3-numpy python3-sympy",
  },
  "g++": { places: ["/usr/bin/g++"], install: "apt-get install g++" },
  java: { places: ["/usr/bin/java"], install: "apt-get install default-jdk-headless" },
  javac: { places: ["/usr/bin/javac"], install: "apt-get install default-jdk-headless" },
  go: {
    places: ["/usr/local/go/bin/go", "/usr/bin/go"],
    install: "apt-get install golang-go, or the makers' archive in /usr/local/go",
  },
  rustc: { places: ["/usr/bin/rustc"], install: "apt-get install rustc" },
  cc: { places: ["/usr/bin/cc"], install: "apt-get install gcc" },
  mcs: { places: ["/usr/bin/mcs"], install: "apt-get install mono-mcs libmono-system-numerics4.0-cil" },
  mono: { places: ["/usr/bin/mono"], install: "apt-get install mono-runtime" },
  gdc: { places: ["/usr/bin/gdc"], install: "apt-get install gdc" },
  php: { places: ["/usr/bin/php"], install: "apt-get install php-cli" },
  ruby: { places: ["/usr/bin/ruby"], install: "apt-get install ruby" },
  lua: { places: ["/usr/bin/lua5.4"], install: "apt-get install lua5.4" },
  // What every Debian has of it lacks most modules: this comes with the whole.
  perl: { places: ["/usr/bin/json_pp"], install: "apt-get install perl" },
  r: { places: ["/usr/bin/Rscript"], install: "apt-get install r-base-core" },
  racket: { places: ["/usr/bin/racket"], install: "apt-get install racket" },
  ocaml: { places: ["/usr/bin/ocamlc"], install: "apt-get install ocaml" },
  iverilog: { places: ["/usr/bin/iverilog"], install: "apt-get install iverilog" },
  vvp: { places: ["/usr/bin/vvp"], install: "apt-get install iverilog" },
  glpsol: { places: ["/usr/bin/glpsol"], install: "apt-get install glpk-utils" },
  patch: { places: ["/usr/bin/patch"], install: "apt-get install patch" },
  lean: { places: ["lean"], install: "elan, the installer of Lean 4" },
  python: { places: ["python3"], install: "the installer from python.org, or the system's packages" },
  openai: { places: ["python3"], modules: ["openai"], install: "pip install openai" },
  chromium: {
    places: [
      process.env.CHROMIUM,
      "/usr/bin/chromium",
      "/usr/bin/chromium-browser",
      "/usr/bin/google-chrome",
      "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ],
    install: "apt-get install chromium, or set CHROMIUM to its path",
  },
  curl: { places: ["curl"], install: "apt-get install curl" },
  bash: { places: ["/bin/bash"], install: "apt-get install bash" },
  "redis-server": { places: ["redis-server"], install: "apt-get install redis-server" },
  postgres: {
    places: ["postgres", ...[18, 17, 16, 15, 14, 13].map((version) => `/usr/lib/postgresql/${version}/bin/postgres`)],
    install: "apt-get install postgresql",
  },
} as const satisfies Readonly<Record<string, OutsideTool>>;

export type ToolName = keyof typeof tools;
export const toolNames = Object.keys(tools) as readonly ToolName[];

/**
 * The tools that are treated as missing: `RUMINATE_HIDE_TOOLS` is `all` or a list of names with commas between. It is
 * read here and nowhere else.
 * @throws UnknownNameError
 */
function hidden(): readonly ToolName[] {
  const setting = process.env.RUMINATE_HIDE_TOOLS?.trim() ?? "";
  if (setting === "") return [];
  if (setting === "all") return toolNames;
  return setting.split(",").map((part) => {
    const name = toolNames.find((known) => known === part.trim());
    if (name === undefined) throw new UnknownNameError("tool in RUMINATE_HIDE_TOOLS", part.trim(), toolNames);
    return name;
  });
}

/** Is this tool treated as missing by the setting? */
export const hides = (name: ToolName): boolean => hidden().includes(name);

/** The path of a tool on this machine; null where it is missing or hidden. */
export function findTool(name: ToolName): string | null {
  if (hides(name)) return null;
  const { places, modules = [] }: OutsideTool = tools[name];
  const path = places.flatMap(candidates).find(canRun);
  if (path === undefined) return null;
  return modules.length === 0 || imports(path, modules) ? path : null;
}

/** What is missing of these tools, or does not work here, and what to do; null where all are there and work. */
export function missingTool(...names: readonly ToolName[]): string | null {
  for (const name of names) {
    const path = findTool(name);
    if (path === null) return missing(name);
    const fault = faultOf(name, path);
    if (fault !== null) return fault;
  }
  return null;
}

const nobody = 65534;
const faults = new Map<string, string | null>();

/** Says that a tool which is there does not work; null where it does, or where nothing is to be tried. */
function faultOf(name: ToolName, path: string): string | null {
  const { tries, allow = "" }: OutsideTool = tools[name];
  if (tries === undefined) return null;
  const known = faults.get(path);
  if (known !== undefined) return known;
  // As the sandboxes run it: the superuser may do what others may not.
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const { status, stderr, error } = spawnSync(path, tries, { env: {}, encoding: "utf8", timeout: 10_000, ...user });
  const said = `${stderr ?? ""}${error?.message ?? ""}`.trim().split("\n").at(-1);
  const why = (said || `it ended with status ${status}`).replace(/\.$/, "");
  const fault = status === 0 ? null : `${name} at ${path} does not work here: ${why}. ${allow}`;
  faults.set(path, fault);
  return fault;
}

/** The sentence about a tool that was not found, at a place of one's own where that is given. */
export function missing(name: ToolName, place?: string): string {
  const { places, modules, install }: OutsideTool = tools[name];
  const where = place ?? places.filter((one) => one !== undefined).join(" or ");
  const at = /[\\/]/.test(where) ? `at ${where}` : "on PATH";
  const why = place === undefined && hides(name) ? " (RUMINATE_HIDE_TOOLS hides it)" : "";
  const what = modules === undefined ? `${name} was not found ${at}` : `${where} cannot import ${modules.join(", ")}`;
  return `${what}${why}. Install it with: ${install}`;
}

/** The same for a program that is no known tool: it must lie in `/usr/bin`. */
export function missingProgram(name: string): string | null {
  const known = toolNames.find((tool) => tool === name);
  if (known !== undefined) return missingTool(known);
  return canRun(join("/usr/bin", name)) ? null : `${name} was not found at /usr/bin/${name}. Install its package`;
}

function candidates(place: string | undefined): readonly string[] {
  if (place === undefined) return [];
  if (/[\\/]/.test(place)) return [place];
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const endings = process.platform === "win32" ? [".exe", ".cmd"] : [""];
  return folders.flatMap((folder) => endings.map((ending) => join(folder, place + ending)));
}

export function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const imported = new Map<string, boolean>();

/** Asks Python, once. */
function imports(python: string, modules: readonly string[]): boolean {
  const key = `${python} ${modules.join(" ")}`;
  const known = imported.get(key) ?? spawnSync(python, ["-c", `import ${modules.join(", ")}`]).status === 0;
  imported.set(key, known);
  return known;
}
