import { afterEach, describe, expect, it, vi } from "vitest";
import { doctorCommand } from "../../src/cli/doctor.ts";
import { createNativeSandbox } from "../../src/sandbox/native.ts";
import { fakeTerminal } from "../fakes/terminal.ts";

afterEach(() => vi.unstubAllEnvs());

describe("doctor", () => {
  it("prints its JSON where the chosen sandbox cannot be set up, and says what is missing and how to get it", async () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "all");
    const terminal = fakeTerminal();
    const code = await doctorCommand(terminal, true, { sandbox: createNativeSandbox, defaultModel: async () => null });
    const checks = JSON.parse(terminal.stdout()) as readonly {
      name: string;
      ok: boolean;
      found: string;
      remedy: string;
    }[];
    const named = (name: string) => checks.find((check) => check.name === name);
    expect(code).toBe(0);
    expect(named("sandbox")).toMatchObject({ ok: false });
    expect(named("sandbox")?.found).toMatch(
      process.platform === "linux" ? /bubblewrap.*apt-get install/ : /needs Linux/,
    );
    expect(named("programs")?.remedy).toMatch(/bubblewrap was not found .*rustc was not found .*apt-get install rustc/);
  });
});
