import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runCli } from "../../src/cli/cli.ts";
import { loadExperiment } from "../../src/runs/load.ts";
import { loadConfig } from "../../src/serve/config.ts";
import { fakeTerminal, temporaryFolder } from "../fakes/terminal.ts";
import { serving } from "../serve/serving.ts";
import { type Block, blocksOf, commandsIn, pageOf, root } from "./pages.ts";

beforeAll(() => vi.stubEnv("RUMINATE_HOME", temporaryFolder()));
afterAll(() => vi.unstubAllEnvs());

const fileName = /^[\w.-]+\.(?:ts|yaml)$/;

/** A folder with the files of a page in it, and the package beside them. */
function folderOf(page: string): string {
  const folder = temporaryFolder();
  for (const { tag, text } of blocksOf(page)) if (fileName.test(tag)) writeFileSync(join(folder, tag), text);
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  const installed = join(folder, "node_modules/ruminate");
  mkdirSync(installed, { recursive: true });
  const entries = { ".": "src/index.ts", "./testing": "src/testing/index.ts" };
  const exported = Object.keys(entries).map((name, place) => [name, `./${place}.js`]);
  const manifest = { name: "ruminate", type: "module", exports: Object.fromEntries(exported) };
  writeFileSync(join(installed, "package.json"), JSON.stringify(manifest));
  for (const [place, source] of Object.values(entries).entries()) {
    const from = pathToFileURL(join(root, source)).href;
    writeFileSync(join(installed, `${place}.js`), `export * from ${JSON.stringify(from)};`);
  }
  symlinkSync(join(root, "node_modules/zod"), join(folder, "node_modules/zod"));
  return folder;
}

/** Lines with spaces as one and times of the clock left out. */
const plain = (text: string): string => text.replace(/[ ─]+/g, " ").replace(/, \d+ s$/gm, "");

describe.each(["tutorial.md", "own.md", "choosing.md", "recipes.md"])("%s", (name) => {
  const blocks = blocksOf(pageOf(name));
  const folder = folderOf(pageOf(name));

  it("has commands that print what the page shows", async () => {
    let printed = "";
    for (const { language, tag, text, line } of blocks) {
      if (language === "text")
        for (const shown of plain(text).trim().split("\n")) expect(printed).toContain(shown.trim());
      if (language !== "sh" || tag !== "") continue;
      printed = "";
      for (const words of commandsIn(text)) {
        const terminal = fakeTerminal({ cwd: folder, columns: 200 });
        const args = words.map((word) => (word === "plugin.ts" ? join(folder, word) : word));
        // A page may write over what it had a command write.
        if (args[0] === "init") continue;
        expect(await runCli(args, terminal), `${name}:${line} ${terminal.stderr()}`).toBe(0);
        printed += plain(terminal.stdout());
      }
    }
  });

  it("has files that are what they are named for", async () => {
    for (const { tag } of blocks.filter(({ language }) => language === "yaml")) {
      const path = join(folder, tag);
      if (tag.endsWith("serve.yaml")) loadConfig(path);
      else expect((await loadExperiment(path)).strategies.length).toBeGreaterThan(0);
    }
  });
});

it("the experiment of the tutorial is the one that `init` writes", async () => {
  const terminal = fakeTerminal();
  await runCli(["init", "experiment"], terminal);
  const written = await loadExperiment(join(terminal.cwd, "experiment.yaml"));
  const shown = await loadExperiment(join(folderOf(pageOf("tutorial.md")), "experiment.yaml"));
  expect(shown).toEqual(written);
});

it("the server of the tutorial answers its request as the page shows", async () => {
  const page = pageOf("tutorial.md");
  const tagged = (tag: string): Block => blocksOf(page).find((block) => block.tag === tag) ?? expect.unreachable(tag);
  const config = loadConfig(join(folderOf(page), "serve.yaml"));
  const server = await serving({ ...config, port: 0 });
  const [, body = ""] = /-d '(.*)'/.exec(tagged("ask").text) ?? [];
  const reply = (await (await server.chat(JSON.parse(body) as object)).json()) as { choices: { ruminate: object }[] };
  expect(reply.choices[0]?.ruminate).toMatchObject(JSON.parse(tagged("reply").text) as object);
  await server.close();
});

it("parts of one's own pass the checks of `ruminate/testing`", async () => {
  const folder = folderOf(pageOf("own.md"));
  const args = ["--disable-warning=ExperimentalWarning", "--test", "--test-reporter=tap", "parts.test.ts"];
  const env = { ...process.env, NODE_OPTIONS: "", NODE_TEST_CONTEXT: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: folder, env });
  expect(stdout).toContain("# fail 0");
  const checks = /# pass (\d+)/.exec(stdout)?.[1];
  expect(Number(checks)).toBeGreaterThanOrEqual(18);
  expect(readFileSync(join(folder, "parts.test.ts"), "utf8")).toContain("ruminate/testing");
});
