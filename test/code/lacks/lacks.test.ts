import { afterAll, describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { createSandbox } from "../../../src/sandbox/index.ts";
import { modulesLeftOut } from "../../../src/sandbox/python-needs.ts";
import { lackingCases } from "./cases.ts";
import { faultsOf } from "./check.ts";

const sandbox = createSandbox("wasi", { workers: 1 });
afterAll(() => sandbox.dispose());

describe("what Python on WebAssembly lacks", () => {
  it("is never held against an answer, and the remedy is named", async () => {
    expect(await faultsOf(sandbox, lackingCases(new Random("lacks")).slice(0, 24))).toEqual([]);
  });

  it("are, of Python's own modules, those in the list", async () => {
    const source = `import sys
plain = [name for name in sys.stdlib_module_names if not name.startswith("_")]
others = {"antigravity", "this", "idlelib", "turtledemo", "turtle", "msilib", "msvcrt", "nt", "winreg", "winsound"}
absent = []
for name in sorted(set(plain) - others):
    try:
        __import__(name)
    except ImportError:
        absent.append(name)
found = " ".join(absent)
`;
    const { value } = await sandbox.run({ language: "python", source, result: { variable: "found" } });
    expect(value).toBe(modulesLeftOut.join(" "));
  });
});
