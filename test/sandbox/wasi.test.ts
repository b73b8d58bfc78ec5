import { afterAll, describe, expect, it } from "vitest";
import { createWasiSandbox } from "../../src/sandbox/wasi.ts";
import { prepareModule } from "../../src/sandbox/wasm-module.ts";

describe("the wasi runtime", () => {
  const sandbox = createWasiSandbox({ workers: 1 });
  afterAll(() => sandbox.dispose());
  const value = async (source: string) =>
    (await sandbox.run({ language: "python", source, result: { variable: "ans" } })).value;

  it("shows a clock that begins with the year 2000 and moves only when it is read or slept on", async () => {
    const source =
      "import time, datetime\na = time.time()\ntime.sleep(3600)\nans = [datetime.date.today().year, round(time.time() - a)]";
    expect(await value(source)).toBe("[2000, 3600]");
    expect(await value("import time\nans = time.time()")).toBe(await value("import time\nans = time.time()"));
  });

  it("draws the same random bytes each time", async () => {
    const source = "import os, uuid\nans = [os.urandom(8).hex(), str(uuid.uuid4())]";
    expect(await value(source)).toBe(await value(source));
  });

  it("refuses a memory in which Python cannot live, and takes any above", async () => {
    const program = { language: "python", source: "print(1)" } as const;
    expect(await sandbox.run(program, { limits: { memoryMiB: 20 } })).toMatchObject({ verdict: "refused" });
    for (const memoryMiB of [48, 64.5, 512]) {
      expect(await sandbox.run(program, { limits: { memoryMiB } })).toMatchObject({ verdict: "ok", stdout: "1\n" });
    }
  });

  it("keeps its process when a program passes its deadline", async () => {
    await sandbox.pool.start();
    const { pids } = sandbox.pool;
    const program = { language: "python", source: "while True: pass" } as const;
    expect(await sandbox.run(program, { limits: { wallMs: 200 } })).toMatchObject({ verdict: "timeout" });
    expect(await value("ans = 5")).toBe("5");
    expect(sandbox.pool.pids).toEqual(pids);
  });

  it("lets a program hold some hundred files open and open thousands one after another", async () => {
    const files = { "a.txt": "x" };
    const run = (source: string) => sandbox.run({ language: "python", source, files, result: { variable: "ans" } });
    const one = await run("ans = 0\nfor _ in range(3000):\n    with open('a.txt') as file: ans += len(file.read())");
    expect(one).toMatchObject({ verdict: "ok", value: "3000" });
    const many = await run("import os\nans = 0\nwhile True:\n    os.open('a.txt', os.O_RDONLY)\n    ans += 1");
    expect(many).toMatchObject({ verdict: "error", error: expect.stringContaining("OSError") });
  });

  it("grades a value by its type even where a program lies about its report", async () => {
    const source = [
      "import sys, gc",
      "for thing in gc.get_objects():",
      "    if type(thing) is dict and 'perform' in thing and 'quoted' in thing:",
      '        thing[\'report\'] = lambda *a: b\'{"verdict":"sure","value":5,"error":null}\'',
      "ans = 1",
    ].join("\n");
    const outcome = await sandbox.run({ language: "python", source, result: { variable: "ans" } });
    expect(["ok", "crashed"]).toContain(outcome.verdict);
    expect([null, "1"]).toContain(outcome.value);
  });
});

describe("a prepared module", () => {
  it("must be whole and have a memory of its own", () => {
    const header = [0, 97, 115, 109, 1, 0, 0, 0];
    expect(() => prepareModule(Uint8Array.from(header))).toThrow("no memory of its own");
    expect(() => prepareModule(Uint8Array.from([...header, 5, 0x80]))).toThrow("cut short or malformed");
    expect(() => prepareModule(Uint8Array.from([...header, 5, 5, 2, 0, 1, 0, 1]))).toThrow("exactly one memory");
  });
});
