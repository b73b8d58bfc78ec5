import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { defaultLimits, type Sandbox } from "../../src/core/execution.ts";
import { createCompiledSandbox, missingCompiler } from "../../src/sandbox/compiled.ts";
import { compiledScript, verdictOf } from "../../src/sandbox/compiled-script.ts";
import { compilers } from "../../src/sandbox/compilers.ts";
import { needsAll } from "../needs.ts";

const language = "cpp";

async function inCpp(
  sandbox: Sandbox,
  body: string,
  rest: { wallMs?: number; memoryMiB?: number; stdin?: string } = {},
) {
  const { stdin, ...limits } = rest;
  const source = `#include <cstdio>\n#include <cstdlib>\n#include <unistd.h>\n#include <vector>\n#include <sys/socket.h>\nint main() {\n${body}\n}\n`;
  return await sandbox.run({ language, source, stdin }, { limits });
}

describe("compiled programs", needsAll(missingCompiler(language)), () => {
  it("are built and run, read what they are given and tell what they print", async () => {
    const sandbox = createCompiledSandbox(language);
    const ran = await inCpp(sandbox, 'int n; std::scanf("%d", &n); std::printf("%d\\n", 2 * n);', { stdin: "21" });
    expect(ran).toEqual({ verdict: "ok", value: null, stdout: "42\n", error: "" });
    const broken = await inCpp(sandbox, "return nothing;");
    expect(broken.verdict).toBe("error");
    expect(broken.error).toMatch(/^compile error:/);
    expect((await inCpp(sandbox, "return 3;")).verdict).toBe("error");
    expect((await sandbox.run({ language: "python", source: "" })).verdict).toBe("refused");
    await sandbox.dispose();
  });

  it("find the files that they are given", async () => {
    const sandbox = createCompiledSandbox(language);
    const source =
      '#include <fstream>\n#include <iostream>\nint main() { std::ifstream in("n.txt"); int n; in >> n; std::cout << 2 * n; }';
    expect((await sandbox.run({ language, source, files: { "n.txt": "21\n" } })).stdout).toBe("42");
    expect(await sandbox.run({ language, source, files: { "main.cpp": "" } })).toMatchObject({ verdict: "refused" });
    await sandbox.dispose();
  });

  it("keep to their limits", async () => {
    const sandbox = createCompiledSandbox(language);
    expect((await inCpp(sandbox, "for (volatile int i = 0;; i++);", { wallMs: 300 })).verdict).toBe("timeout");
    expect((await inCpp(sandbox, 'for (;;) std::puts("more");')).verdict).toBe("output-limit");
    const greedy = "std::vector<char> v(900u << 20, 1); return v[5];";
    expect((await inCpp(sandbox, greedy, { memoryMiB: 128 })).verdict).toBe("memory");
    await sandbox.dispose();
  });

  it("see no network, no environment, nothing of the machine's own files, and write nowhere else", async () => {
    const sandbox = createCompiledSandbox(language);
    const attempts = [
      'std::printf("%d", std::fopen("/etc/passwd", "r") != nullptr);',
      'std::printf("%d", std::fopen("/root/x", "w") != nullptr || std::fopen("/usr/x", "w") != nullptr);',
      'std::printf("%d", std::getenv("HOME") != nullptr);',
      'std::printf("%d", access("/proc/1/root/etc/passwd", 0) == 0);',
    ].join("\n");
    expect((await inCpp(sandbox, attempts)).stdout).toBe("0000");
    await sandbox.dispose();
  });

  it("tell a build that was ended, or had no memory, from a program that does not build", () => {
    const folder = mkdtempSync(join(tmpdir(), "build-"));
    const compiler = compilers.find((one) => one.language === language) ?? expect.unreachable("there is a compiler");
    const ran = (build: string) => {
      const parts = { limits: defaultLimits, unpacks: [], builds: true, keeps: false, waits: false, pipe: null };
      const made = { ...compiler, build, run: () => "true" };
      const { status, stderr } = spawnSync("/bin/sh", ["-c", compiledScript(made, parts)], { cwd: folder });
      return [verdictOf(status, null, String(stderr)), String(stderr).split("\n")[0]];
    };
    expect(ran("true")).toEqual(["ok", ""]);
    expect(ran("kill -KILL $$")).toEqual(["timeout", "the build took longer than 60 s"]);
    expect(ran("echo Killed signal terminated program cc1plus >&2; exit 1")).toEqual([
      ...["memory", "the build took all memory:"],
    ]);
    expect(ran("echo no >&2; exit 1")).toEqual(["error", "compile error:"]);
    rmSync(folder, { recursive: true });
  });
});
