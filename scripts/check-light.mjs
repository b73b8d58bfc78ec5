// The light entry of the installed package, used without Node: as a bundle of nothing else, in a browser, and, where
// they are asked for, in Deno and Bun. In each a question is solved by vote on a server that speaks OpenAI's protocol.
import { spawn, spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { findTool } from "../src/sandbox/tools.ts";
import { startFakeServer } from "../test/fakes/server.ts";

const program = (
  entry,
  server,
) => `import { openAiPolicy, retry, selfConsistency, solve } from ${JSON.stringify(entry)};
const policy = retry(openAiPolicy({ baseUrl: ${server}, model: "test" }));
const question = { id: "sum", text: "What is 2 + 2?", kind: "math" };
const { answer, pick } = await solve(question, { strategy: selfConsistency, options: { n: 5 }, policy });
globalThis.solved = \`${"$"}{answer}: ${"$"}{pick.reason}\`;
console.log(globalThis.solved);
`;
const full = `import { mcts, openAiPolicy, solve } from "ruminate/core/full";
const policy = openAiPolicy({ baseUrl: process.argv[2], model: "test" });
const { answer } = await solve("What is 2 + 2?", { strategy: mcts, options: { simulations: 4 }, policy });
console.log(answer);
`;

/** The largest that the whole of "ruminate/core" may be, minified, with all that it needs. */
const mostBytes = 300_000;

async function bundleOf(folder, source) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: source, resolveDir: folder },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return { text: outputFiles[0].text, bytes: outputFiles[0].contents.length, imports };
}

async function checkBundles(folder, expect) {
  const all = (entry) => bundleOf(folder, `export * from "${entry}";`);
  const [core, more] = [await all("ruminate/core"), await all("ruminate/core/full")];
  const size = `ruminate/core is ${Math.round(core.bytes / 1000)} kB minified, ruminate/core/full ${Math.round(more.bytes / 1000)}`;
  expect(size, core.bytes <= mostBytes, core.bytes);
  const foreign = [...core.imports, ...more.imports];
  const files = globSync("dist/light/*.js", { cwd: join(folder, "node_modules/ruminate") });
  const node = files.filter((file) =>
    /(?:from|import|require\()\s*"node:/.test(readFileSync(join(folder, "node_modules/ruminate", file), "utf8")),
  );
  expect("they import nothing, of Node or else", foreign.length === 0 && node.length === 0 && files.length > 1, node);
}

async function checkBrowser(folder, server, expect, say) {
  const executablePath = findTool("chromium");
  if (executablePath === null) return say("no Chromium here: ruminate/core was not run in one");
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  try {
    const page = await browser.newPage();
    await page.goto(`${server.baseUrl}/models`); // a page may ask where it comes from
    const { text } = await bundleOf(folder, program("ruminate/core", JSON.stringify(server.baseUrl)));
    await page.addScriptTag({ type: "module", content: text });
    await page.waitForFunction("globalThis.solved !== undefined", null, { timeout: 20_000 });
    const solved = await page.evaluate("globalThis.solved");
    expect(`ruminate/core solves in Chromium: ${solved}`, solved.startsWith("4:"), solved);
  } finally {
    await browser.close();
  }
}

/** Not waited for by the process itself: the server that is asked lives in it. */
const output = (command, args, cwd) =>
  new Promise((settle) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said += chunk));
    child.on("error", (error) => settle(error.message));
    child.on("close", () => settle(said.trim()));
  });

/** The runtimes that npm installs: each at the version that the check was last seen to pass with. */
const runtimes = { deno: "2.9.6", bun: "1.4.5" };

async function checkRuntimes(folder, server, expect) {
  const names = Object.entries(runtimes).map(([name, version]) => `${name}@${version}`);
  const options = { cwd: folder, encoding: "utf8" };
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", ...names], options);
  if (status !== 0) throw new Error(`npm install ${names.join(" ")}: ${stderr}`);
  const [deno] = globSync("node_modules/@deno/*/deno", { cwd: folder });
  const run = ["run", "--allow-net", "--allow-env", "--allow-read", "--node-modules-dir=manual"];
  for (const [name, command, args] of [
    ["Deno", join(folder, deno), run],
    ["Bun", join(folder, "node_modules/bun/bin/bun.exe"), ["run"]],
  ]) {
    const solved = await output(command, [...args, "light.mjs", server.baseUrl], folder);
    expect(`ruminate/core solves in ${name}: ${solved}`, solved.startsWith("4:"), solved);
    const walked = await output(command, [...args, "full.mjs", server.baseUrl], folder);
    expect(`ruminate/core/full walks a tree in ${name}`, walked === "4", walked);
  }
}

/** @param options.runtimes also in Deno and Bun, which are installed for it (190 MB). */
export async function checkLight(folder, expect, say, options) {
  await checkBundles(folder, expect);
  writeFileSync(join(folder, "light.mjs"), program("ruminate/core", null).replace("null", "process.argv[2]"));
  writeFileSync(join(folder, "full.mjs"), full);
  const server = await startFakeServer();
  try {
    const solved = await output(process.execPath, ["light.mjs", server.baseUrl], folder);
    expect(`ruminate/core solves in Node: ${solved}`, solved.startsWith("4:"), solved);
    const walked = await output(process.execPath, ["full.mjs", server.baseUrl], folder);
    expect("ruminate/core/full walks a tree in Node", walked === "4", walked);
    await checkBrowser(folder, server, expect, say);
    if (options.runtimes) await checkRuntimes(folder, server, expect);
  } finally {
    await server.close();
  }
}
