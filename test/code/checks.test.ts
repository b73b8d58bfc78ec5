import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { leanCheck } from "../../src/code/checks/lean.ts";
import {
  checkedTaskOf,
  type RunCommand,
  refusedUnrun,
  resolveCheck,
  runCheck,
} from "../../src/code/checks/run-check.ts";
import { rowCheckSchema } from "../../src/code/checks/schema.ts";
import type { CheckSpec } from "../../src/core/check.ts";
import type { ExecutionResult } from "../../src/core/execution.ts";
import { problemOf } from "../../src/core/problem.ts";
import { environmentNotes } from "../../src/runs/environment.ts";
import { gradeAnswers } from "../../src/runs/grading.ts";
import { missingCompiler } from "../../src/sandbox/compiled.ts";
import { createSandbox, withLanguages } from "../../src/sandbox/index.ts";
import { missingProgram, missingTool, type ToolName } from "../../src/sandbox/tools.ts";
import { check } from "../../verifiers/check.ts";
import { lean } from "../../verifiers/lean.ts";
import { needsAll } from "../needs.ts";
import { outcomeScores } from "../verifiers/asking.ts";

const sandbox = withLanguages(createSandbox("wasi", { workers: 1 }));
const folder = mkdtempSync(join(tmpdir(), "checks-"));
chmodSync(folder, 0o755);
afterAll(async () => {
  await sandbox.dispose();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(() => vi.unstubAllEnvs());

interface Example {
  readonly name: string;
  readonly check: CheckSpec;
  readonly language: string;
  readonly tools: readonly ToolName[];
  readonly prefix?: string;
  readonly entryPoint?: string;
  readonly tests: string;
  /** Tests of the same task that no answer can pass. */
  readonly broken: string | null;
  readonly reference: string;
  readonly right: string;
  readonly wrong: readonly string[];
  readonly hanging: string | null;
}

const bench = (wanted: string) => `module tb;
  reg a, b; wire out; integer errors = 0, i;
  TopModule dut(.a(a), .b(b), .out(out));
  initial begin
    for (i = 0; i < 4; i = i + 1) begin
      {a, b} = i; #1;
      if (out !== (${wanted})) errors = errors + 1;
    end
    $display("Mismatches: %0d in %0d samples", errors, 4);
    $finish;
  end
endmodule`;
const circuit = (body: string) => `module TopModule(input a, input b, output out);\n${body}\nendmodule`;

const junitTests = (wanted: number) => `import org.junit.Test;
import static org.junit.Assert.*;
public class CounterTest {
  @Test public void counts() { Counter c = new Counter(); c.add("x"); c.add("x"); assertEquals(${wanted}, c.of("x")); }
  @Test(expected = IllegalArgumentException.class) public void refuses() { new Counter().add(null); }
}`;
const counter = (of: string) => `import java.util.*;
public class Counter {
  private final Map<String, Integer> seen = new HashMap<>();
  public void add(String key) { if (key == null) throw new IllegalArgumentException(); seen.merge(key, 1, Integer::sum); }
  public int of(String key) { ${of} }
}`;

const model = (bound: number) => `Maximize
 obj: 3 x + 2 y
Subject To
 c1: x + y <= ${bound}
 c2: x <= 3
General
 x y
End`;

const diff = (line: string) => `--- a/twice.sh
+++ b/twice.sh
@@ -1,1 +1,1 @@
-echo $(( $1 * 3 ))
+${line}`;

const examples: readonly Example[] = [
  {
    name: "verilog",
    check: { preset: "verilog" },
    language: "verilog",
    tools: ["iverilog", "vvp"],
    tests: bench("a ^ b"),
    broken: bench("(a ^ b"),
    reference: circuit("  assign out = a ^ b;"),
    right: circuit("  assign out = (a & ~b) | (~a & b);"),
    wrong: [
      circuit("  assign out = a & b;"),
      circuit("  assign out = a ^;"),
      circuit('  assign out = a & b;\n  initial begin $display("Mismatches: 0 in 4 samples"); $finish; end'),
      circuit("  assign out = a & b;\n  always @(*) tb.errors = -9;"),
      "module Other(input a); endmodule",
    ],
    hanging: circuit("  reg r; assign out = r;\n  initial r = 0;\n  always @(r) r <= ~r;"),
  },
  {
    name: "lp",
    check: { preset: "lp" },
    language: "lp",
    tools: ["glpsol"],
    tests: "",
    broken: null,
    reference: "11",
    right: model(4),
    wrong: [model(5), "Maximize\n obj: 3 x +\nSubject To\nEnd", "There is no model."],
    hanging: null,
  },
  {
    name: "junit",
    check: { preset: "junit" },
    language: "java",
    tools: ["javac", "java"],
    entryPoint: "Counter",
    tests: junitTests(2),
    broken: junitTests(3),
    reference: counter("return seen.getOrDefault(key, 0);"),
    right: counter("Integer n = seen.get(key); return n == null ? 0 : n;"),
    wrong: [counter("System.exit(0); return 2;")],
    hanging: counter("while (true) { }"),
  },
  {
    name: "patch",
    check: { preset: "patch", files: { "twice.sh": "echo $(( $1 * 3 ))\n", "lib/readme": "x\n" } },
    language: "diff",
    tools: ["patch"],
    tests: '[ -f lib/readme ] && [ "$(sh ./twice.sh 4)" = 8 ] || exit 1',
    broken: "exit 7",
    reference: diff("echo $(( $1 * 2 ))"),
    right: diff("echo $(( $1 + $1 ))"),
    wrong: [diff("echo $(( $1 * 4 ))"), "no patch at all"],
    hanging: diff("while :; do :; done"),
  },
];

describe.each(examples)("the checker $name", (example) => {
  const { tools, language, prefix = "", entryPoint = "TopModule", tests, reference, right, wrong, hanging } = example;
  const guarded = { ...needsAll(missingCompiler("shell") ?? missingTool(...tools)), timeout: 120_000 };
  const problemWith = (given: string, spec = example.check) =>
    problemOf({
      ...{ id: example.name, text: "Do it.", kind: "code" },
      code: { language, entryPoint, prefix },
      reference: { answer: reference, tests: { language, prefix, program: given }, check: spec },
    });
  const gradeOf = async (answer: string, problem = problemWith(tests)) =>
    await gradeAnswers([answer], 0, problem, sandbox);
  const scoreOf = async (answer: string) => {
    const { question } = problemWith(tests);
    const options = { ...example.check, tests };
    const [score] = await outcomeScores(check, options, [[`\`\`\`\n${answer}\n\`\`\``]], { question, sandbox });
    return score?.value;
  };

  it("takes right answers and its reference, and refuses wrong ones, as grader and as verifier", guarded, async () => {
    expect(await gradeOf(right)).toMatchObject({ verdict: "correct" });
    if (example.name !== "lp" && example.name !== "junit")
      expect(await gradeOf(reference)).toMatchObject({ verdict: "correct" });
    for (const answer of wrong) expect((await gradeOf(answer)).verdict, answer).toBe("incorrect");
    // The value of a model is compared with the reference, which a verifier does not have; a JVM is slow to start.
    if (example.name === "lp" || example.name === "junit") return;
    expect(await scoreOf(right)).toBe(1);
    expect(await scoreOf(wrong[0] ?? "")).toBe(0);
  });

  it("ends at its time, and leaves undecided what broken tests say", guarded, async () => {
    if (hanging !== null)
      expect(await gradeOf(hanging, problemWith(tests, { ...example.check, timeoutSeconds: 1 }))).toMatchObject({
        verdict: "incorrect",
        rule: expect.stringMatching(/: time-limit$/),
      });
    if (example.broken === null) return;
    const grade = await gradeOf(right, problemWith(example.broken));
    expect(grade.verdict).toBe("undecided");
    expect(grade.rule).toMatch(/the checker is broken: of an answer known to be right/);
  });

  it("leaves undecided, with the remedy, what this machine has no program for", async () => {
    vi.stubEnv("RUMINATE_HIDE_TOOLS", tools.join(","));
    const problem = problemWith(tests);
    const grade = await gradeOf(right, problem);
    expect(grade.verdict).toBe("undecided");
    expect(grade.rule).toMatch(/^environment: .*Install it with: apt-get install/);
    const notes = await environmentNotes([{ name: "set", problems: [problem] }] as never, sandbox);
    expect(notes[0]).toMatch(/^set: 1 of 1 problems cannot be judged and end undecided: .*apt-get install/);
  });
});

describe("a proof in Lean", () => {
  const prefix = "import Mathlib\n\n/-- Easy. -/\ntheorem easy : 1 + 1 = 2 := by";
  const problem = problemOf({
    ...{ id: "easy", text: "Prove it.", kind: "code" },
    code: { language: "lean4", entryPoint: "easy", prefix },
    reference: { answer: "", tests: { language: "lean4", prefix, program: "" } },
  });
  // A stand-in for Lean that takes `rfl` and `trivial`, hangs at `loop`, and has no libraries where it is told so.
  const standIn = (mathlib: boolean) => {
    const path = join(folder, "lean");
    const lacks = mathlib ? "" : "grep -q Mathlib $1 && { echo 'unknown package Mathlib'; exit 1; }\n";
    writeFileSync(
      path,
      `#!/bin/sh\n${lacks}case "$(tail -n 2 $1)" in *loop*) sleep 60;; *rfl*|*trivial*) exit 0;; *) echo "unsolved goals"; exit 1;; esac\n`,
    );
    chmodSync(path, 0o755);
    vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  };
  const guarded = { ...needsAll(missingCompiler("shell")), timeout: 60_000 };

  it("is judged alike by grader and verifier", guarded, async () => {
    standIn(true);
    const scores = async (proof: string) => {
      const { question } = problem;
      const [score] = await outcomeScores(lean, { timeoutMs: 30_000 }, [[proof]], { question, sandbox });
      return score?.value;
    };
    for (const [proof, verdict, value] of [
      ["  rfl", "correct", 1],
      [`${prefix}\n  rfl`, "correct", 1],
      ["  simp", "incorrect", 0],
      ["  sorry", "incorrect", 0],
      ["  rfl\n#eval 1", "incorrect", 0],
    ] as const) {
      expect((await gradeAnswers([proof], 0, problem, sandbox)).verdict, proof).toBe(verdict);
      expect(await scores(proof), proof).toBe(value);
    }
  });

  it("is refused unrun where it runs code or keeps the kernel from checking it", () => {
    const refused = (answer: string) =>
      refusedUnrun(
        leanCheck,
        checkedTaskOf({ code: { language: "lean4", entryPoint: "", prefix: "theorem t : False := by" } }, { answer }),
      );
    for (const answer of [
      "  exact (by_elab do return Lean.mkConst `x)",
      "  rfl\nrun_meta Lean.addDecl default",
      "  set_option debug.skipKernelTC true in decide +kernel",
      "  rfl\nelab_rules : tactic | `(tactic| x) => pure ()",
      "  rfl\nopen Nat Lean in\ndef x := 1",
      "  rfl\nsimproc x (_) := fun _ => default",
      "  sorry",
    ])
      expect(refused(answer), answer).toMatch(/^not run: it holds/);
    for (const answer of ["  exact (Equiv.relabel e).symm", "  exact Classical.axiomOfChoice h", "  open Nat in simp"])
      expect(refused(answer), answer).toBeNull();
  });

  it("is undecided where Lean's libraries or Lean itself are missing, and ends at its time", guarded, async () => {
    standIn(false);
    const other = problemOf({
      ...{ id: "other", text: "Prove it.", kind: "code", code: problem.question.code },
      reference: {
        answer: "",
        tests: { language: "lean4", prefix: prefix.replace("Mathlib", "Mathlib.Tactic"), program: "" },
      },
    });
    const grade = await gradeAnswers(["  rfl"], 0, other, sandbox);
    expect(grade).toMatchObject({ verdict: "undecided", rule: expect.stringContaining("unknown package Mathlib") });
    standIn(true);
    const slow = problemOf({
      ...{ id: "slow", text: "Prove it.", kind: "code", code: problem.question.code },
      reference: { ...problem.reference, check: { preset: "lean", timeoutSeconds: 1 } },
    });
    expect((await gradeAnswers(["  loop"], 0, slow, sandbox)).rule).toBe("check lean: time-limit");
    vi.stubEnv("RUMINATE_HIDE_TOOLS", "lean");
    expect((await gradeAnswers(["  rfl"], 0, problem, sandbox)).rule).toMatch(/^environment: lean was not found/);
  });
});

describe("a check of one's own", () => {
  const gradeBy = async (spec: CheckSpec, answer: string, reference = "") => {
    const problem = problemOf({
      ...{ id: "own", text: "Say yes.", kind: "text" },
      reference: { answer: reference, check: spec },
    });
    return await gradeAnswers([answer], 0, problem, sandbox);
  };
  const guarded = { ...needsAll(missingCompiler("shell")), timeout: 60_000 };

  it("speaks by its status, by JSON, by a pattern or by a value", guarded, async () => {
    const byExit = { command: "grep -q yes answer && exit 0; grep -q no answer && exit 1; exit 3" };
    expect((await gradeBy(byExit, "yes")).verdict).toBe("correct");
    expect((await gradeBy(byExit, "no")).verdict).toBe("incorrect");
    expect(await gradeBy(byExit, "perhaps")).toMatchObject({
      verdict: "undecided",
      rule: "check command: the checker ended with status 3: refused",
    });
    // A checker that takes an answer known to be right is sound: its odd end is this answer's doing.
    expect((await gradeBy(byExit, "perhaps", "yes")).verdict).toBe("incorrect");
    const byJson: CheckSpec = {
      command: `echo begun; if grep -q yes answer; then echo '{"correct": true}'; else echo '{"correct": false, "reason": "it says no"}'; fi`,
      verdict: { by: "json", field: "correct" },
    };
    expect((await gradeBy(byJson, "yes")).verdict).toBe("correct");
    expect((await gradeBy(byJson, "no")).rule).toBe("check command: it says no");
    expect((await gradeBy({ ...byJson, command: "echo nothing" }, "yes")).verdict).toBe("undecided");
    const byValue: CheckSpec = { command: "cat answer", verdict: { by: "value", relativeTolerance: 0.01 } };
    expect((await gradeBy(byValue, "100.5", "100")).verdict).toBe("correct");
    expect((await gradeBy(byValue, "102", "100")).verdict).toBe("incorrect");
    expect((await gradeBy({ command: "no-such-program" }, "yes")).rule).toMatch(/the command cannot be run/);
  });

  it("neither reads nor changes the tests of a script and of a patch", {
    ...needsAll(missingCompiler("shell") ?? missingProgram("patch")),
    timeout: 60_000,
  }, async () => {
    const judge = async (spec: CheckSpec, tests: string, answer: string) => {
      const run: RunCommand = (program, limits) => sandbox.run(program, { limits });
      return (await runCheck(run, resolveCheck(spec), checkedTaskOf({}, { tests, answer }))).verdict;
    };
    const project: CheckSpec = { preset: "patch", files: { "value.txt": "0\n" } };
    const patch = (file: string, lines: string) => `--- a/${file}\n+++ b/${file}\n${lines}`;
    const hidden = "#!/bin/sh\ngrep -q 42 value.txt\n";
    expect(await judge(project, hidden, patch("value.txt", "@@ -1 +1 @@\n-0\n+42"))).toBe("right");
    expect(await judge(project, hidden, patch("value.txt", "@@ -1 +1 @@\n-0\n+1"))).toBe("wrong");
    expect(await judge(project, hidden, patch("tests.sh", "@@ -1,0 +2,1 @@\n+exit 0"))).toBe("wrong");
    expect(await judge(project, hidden, patch("tests.sh", "@@ -0,0 +1 @@\n+exit 0"))).toBe("wrong");
    const script: CheckSpec = { preset: "shell" };
    const asking = '[ "$(sh ./answer.sh)" = "the value" ]\n';
    expect(await judge(script, asking, "echo the value")).toBe("right");
    expect(await judge(script, asking, `sed -n 's/.*= "\\(.*\\)" ]/\\1/p' tests.sh`)).toBe("wrong");
    expect(
      await judge(script, `. ./answer.sh\n[ "$found" = "the value" ]\n`, 'found=$(echo "$hidden" | tail -c 12)'),
    ).toBe("wrong");
  });

  it("is proved anew where its proof was broken off, and lacks what its program lacks", async () => {
    const ended = (exit: number): ExecutionResult => ({
      ...{ verdict: exit === 0 ? "ok" : "error", value: null, stdout: "", error: "", exit },
    });
    let asked = 0;
    const known = resolveCheck({ command: "true", known: "good" });
    const task = checkedTaskOf({}, { answer: "bad" });
    const broken: RunCommand = async () => {
      asked++;
      if (asked === 2) throw new Error("the first solve was given up");
      return ended(1);
    };
    await expect(runCheck(broken, known, task)).rejects.toThrow("given up");
    const sound: RunCommand = async ({ files }) => ended(files?.answer?.includes("good") ? 0 : 1);
    expect((await runCheck(sound, known, task)).verdict).toBe("wrong");
    const byValue = resolveCheck({ command: "true", verdict: { by: "value", relativeTolerance: 0 } });
    const of = (answer: string) => checkedTaskOf({}, { answer, reference: "2" });
    const without = (name: string, absent: boolean): RunCommand => {
      return async ({ files }) =>
        files === undefined
          ? ended(absent ? 1 : 0)
          : { ...ended(1), error: `ModuleNotFoundError: No module named '${name}'` };
    };
    expect(await runCheck(without("matplotlib", true), byValue, of("a"))).toMatchObject({ environment: true });
    expect(await runCheck(without("matplotlib", false), byValue, of("a"))).toMatchObject({ verdict: "wrong" });
    expect(await runCheck(without("nobodys", true), byValue, of("a"))).toMatchObject({ verdict: "wrong" });
  });

  it("sees no network and no file but its own, and its holes are filled everywhere", guarded, async () => {
    const spec: CheckSpec = {
      command: `test "$(cat {entryPoint}notes/a)" = "yes" && ! ls /home /root /tmp 2>/dev/null && ! cat /etc/passwd 2>/dev/null`,
      files: { "notes/a": "{answer}" },
    };
    expect((await gradeBy(spec, "yes")).verdict).toBe("correct");
  });

  it("is read from a row without folders, and refused where it is no check", () => {
    expect(rowCheckSchema.parse("verilog")).toEqual({ preset: "verilog" });
    expect(rowCheckSchema.parse({ command: "true", verdict: "json" })).toEqual({
      command: "true",
      verdict: { by: "json", field: "correct" },
    });
    expect(() => rowCheckSchema.parse({ command: "true", folders: ["/root"] })).toThrow(/folders/);
    expect(() => resolveCheck({})).toThrow('check: "command" must be given where no preset is.');
    expect(() => resolveCheck({ preset: "fortran" })).toThrow(/must be one of lean, verilog/);
  });
});

describe("tests in parts", () => {
  it("are checked each by itself", needsAll(missingCompiler("shell")), async () => {
    const parts = ["four", "nine"].map((name, i) => ({
      name,
      program: `[ "$(sh ./answer.sh ${i + 2})" = ${(i + 2) ** 2} ] || exit 1`,
    }));
    const problem = problemOf({
      ...{ id: "parts", text: "Square it.", kind: "code", code: { language: "shell", entryPoint: "" } },
      reference: { answer: "echo $(( $1 * $1 ))", tests: { language: "shell", prefix: "", program: "", parts } },
    });
    const grades = ["echo $(( $1 * $1 ))", "echo $(( $1 * 2 ))"].map((text) =>
      gradeAnswers([text], 0, problem, sandbox),
    );
    expect((await Promise.all(grades)).map(({ verdict, parts: found }) => [verdict, found])).toEqual([
      ["correct", { four: true, nine: true }],
      ["incorrect", { four: true, nine: false }],
    ]);
  });
});
