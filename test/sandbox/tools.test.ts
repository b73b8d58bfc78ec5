import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { UnknownNameError } from "../../src/core/errors.ts";
import { findTool, missing, missingTool, toolNames } from "../../src/sandbox/tools.ts";
import { needs } from "../needs.ts";

afterEach(() => vi.unstubAllEnvs());

describe("outside tools", () => {
  it("are all missing where all are hidden, each with its remedy", () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "all");
    expect(toolNames.filter((name) => findTool(name) !== null)).toEqual([]);
    for (const name of toolNames)
      expect(missingTool(name)).toContain("(RUMINATE_HIDE_TOOLS hides it). Install it with: ");
  });

  it("are hidden by name, and a name that is none is an error", () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "g++, curl");
    expect(missingTool("g++")).toBe(
      "g++ was not found at /usr/bin/g++ (RUMINATE_HIDE_TOOLS hides it). Install it with: apt-get install g++",
    );
    expect(missingTool("curl")).toMatch(/^curl was not found on PATH \(RUMINATE_HIDE_TOOLS/);
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "bwrap");
    expect(() => findTool("bash")).toThrow(UnknownNameError);
  });

  it("are looked for on PATH where they have no fixed place", () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "");
    vi.stubEnv("PATH", "/nowhere");
    expect(findTool("curl")).toBeNull();
    expect(missing("bubblewrap", "/my/bwrap")).toMatch(/^bubblewrap was not found at \/my\/bwrap\. Install it with: /);
  });

  it("are missing where they are there and the machine forbids their work", needs("bubblewrap"), () => {
    const module = resolve(import.meta.dirname, "../../src/sandbox/tools.ts");
    const asked = `console.log((await import(${JSON.stringify(module)})).missingTool("bubblewrap"))`;
    const forbidding = ["--ro-bind", "/", "/", "--unshare-user", "--uid", "1000", "--disable-userns"];
    const node = [process.execPath, "--input-type=module", "-e", asked];
    const said = execFileSync("/usr/bin/bwrap", [...forbidding, ...node], { encoding: "utf8" });
    expect(said).toMatch(/^bubblewrap at \/usr\/bin\/bwrap does not work here: bwrap: .*\. Allow it user namespaces: /);
  });
});
