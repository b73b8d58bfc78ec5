import { afterEach, describe, expect, it, vi } from "vitest";
import { UnknownNameError } from "../../src/core/errors.ts";
import { findTool, missing, missingTool, toolNames } from "../../src/sandbox/tools.ts";

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
});
