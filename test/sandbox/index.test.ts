import { describe, expect, it } from "vitest";
import { EnvironmentError, UnknownNameError } from "../../src/core/errors.ts";
import { createSandbox, sandboxNames } from "../../src/sandbox/index.ts";
import { createNativeSandbox } from "../../src/sandbox/native.ts";

describe("the table of sandboxes", () => {
  it("knows four runtimes by name, and guesses at a slip", () => {
    expect(sandboxNames).toEqual(["wasi", "native", "javascript", "z3"]);
    expect(() => createSandbox("wassi")).toThrow(UnknownNameError);
    expect(() => createSandbox("wassi")).toThrow('Did you mean "wasi"?');
    expect(() => createSandbox("constructor")).toThrow(UnknownNameError);
  });

  it.runIf(process.platform === "linux")(
    "refuses the native runtime with the part that is missing, and the remedy",
    () => {
      const create = () => createNativeSandbox({ bubblewrap: "/nowhere/bwrap" });
      expect(create).toThrow(EnvironmentError);
      expect(create).toThrow("bubblewrap was not found at /nowhere/bwrap. Install it with: apt-get install");
    },
  );

  it.runIf(process.platform === "linux")("refuses the native runtime where the walls do not stand", () => {
    expect(() => createNativeSandbox({ bubblewrap: "/bin/false", python: "/bin/true" })).toThrow(
      "bubblewrap or the filter of system calls does not work here",
    );
  });
});
