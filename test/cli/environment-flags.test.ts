import { Command } from "commander";
import { describe, expect, it } from "vitest";
import { flagsFromEnvironment } from "../../src/cli/environment-flags.ts";

async function flagsOf(args: readonly string[], env: Record<string, string>): Promise<Record<string, unknown>> {
  let flags: Record<string, unknown> = {};
  const program = new Command("test");
  const command = program
    .command("serve")
    .option("--config <file>")
    .option("--port <n>", "", "8420")
    .option("--header <line...>")
    .action((given: Record<string, unknown>) => {
      flags = given;
    });
  flagsFromEnvironment(command, { env });
  await program.parseAsync(["serve", ...args], { from: "user" });
  return flags;
}

describe("flags from the environment", () => {
  const env = { RUMINATE_CONFIG: "a.yaml", RUMINATE_PORT: "1", RUMINATE_HEADER: "x-a: 1\nx-b: 2\n" };

  it("stand where the command line says nothing", async () => {
    expect(await flagsOf([], env)).toEqual({ config: "a.yaml", port: "1", header: ["x-a: 1", "x-b: 2"] });
    expect(await flagsOf([], { RUMINATE_PORT: "" })).toEqual({ port: "8420" });
  });

  it("yield to the command line", async () => {
    expect(await flagsOf(["--port", "2", "--header", "x-c: 3"], env)).toMatchObject({ port: "2", header: ["x-c: 3"] });
  });
});
