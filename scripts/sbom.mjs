// Writes what the package is made of and fetches: dist/sbom.cdx.json (CycloneDX 1.6) from the lock files and the
// manifest of models, and dist/provenance.json: the commit and the tools that it was built from.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path) => readFileSync(join(root, path));
const json = (path) => JSON.parse(read(path));
const git = (...args) => {
  try {
    return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return null;
  }
};

const { name, version, license, description } = json("package.json");
const lock = json("package-lock.json");
const binding = json("src/policy/local/binding-lock.json");
const { models } = await import(pathToFileURL(join(root, "src/policy/local/manifest.ts")).href);

const hashesOf = (integrity) => {
  const [algorithm, sum] = integrity.split("-", 2);
  return [{ alg: algorithm.toUpperCase().replace("SHA", "SHA-"), content: Buffer.from(sum, "base64").toString("hex") }];
};

/** The licence by the first line of a package's own text, where its description names none. */
function licenceIn(path) {
  try {
    return /^(?:The )?(MIT|ISC|Apache|BSD)\b/i.exec(read(`${path}/LICENSE`).toString().trim())?.[1];
  } catch {
    return undefined;
  }
}

/** A package of npm: `required` is installed with this one, the others only when they are used. */
function packageOf(path, { version: at, integrity, license: named }, scope) {
  const given = named ?? licenceIn(path);
  const own = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
  const purl = `pkg:npm/${own.replace("@", "%40")}@${at}`;
  return {
    type: "library",
    "bom-ref": `${purl}#${path}`,
    name: own,
    version: at,
    scope,
    ...(integrity && { hashes: hashesOf(integrity) }),
    ...(given && { licenses: [/ (OR|AND) /.test(given) ? { expression: given } : { license: { name: given } }] }),
    purl,
  };
}

function modelOf({ name: own, title, licence, sha256 }) {
  return {
    type: "machine-learning-model",
    "bom-ref": `model:${own}`,
    name: own,
    description: `${title}, fetched when it is asked for`,
    version: sha256.slice(0, 12),
    scope: "optional",
    hashes: [{ alg: "SHA-256", content: sha256 }],
    licenses: [{ license: { name: licence } }],
  };
}

/** Of the binaries of the binding those for processors alone are fetched, and those that call them. */
const platform = /(?:@node-llama-cpp\/[a-z]+-[a-z0-9]+|@koromix\/koffi-[a-z0-9]+-[a-z0-9]+)$/;
const installed = Object.entries(lock.packages).filter(([path, one]) => path !== "" && one.dev !== true);
const fetched = Object.entries(binding).filter(([path, { optional }]) => optional !== true || platform.test(path));
const components = [
  ...installed.map(([path, one]) => packageOf(path, one, one.optional === true ? "optional" : "required")),
  ...fetched.map(([path, one]) => packageOf(path, one, "optional")),
  ...models.map(modelOf),
];
const commit = git("rev-parse", "HEAD");
const self = { type: "application", "bom-ref": `pkg:npm/${name}@${version}`, name, version, description };
const bom = {
  bomFormat: "CycloneDX",
  specVersion: "1.6",
  version: 1,
  metadata: { component: { ...self, licenses: [{ license: { id: license } }], purl: `pkg:npm/${name}@${version}` } },
  components: [...new Map(components.map((one) => [one["bom-ref"], one])).values()],
};
writeFileSync(join(root, "dist/sbom.cdx.json"), `${JSON.stringify(bom, null, 1)}\n`);

const sum = (path) => createHash("sha256").update(read(path)).digest("hex");
const provenance = {
  package: `${name}@${version}`,
  source: { commit, changed: commit === null ? null : git("status", "--porcelain") !== "" },
  builtWith: { node: process.versions.node, typescript: lock.packages["node_modules/typescript"].version },
  sha256: Object.fromEntries(
    ["package-lock.json", "src/policy/local/binding-lock.json", "dist/sbom.cdx.json"].map((path) => [path, sum(path)]),
  ),
};
writeFileSync(join(root, "dist/provenance.json"), `${JSON.stringify(provenance, null, 1)}\n`);
