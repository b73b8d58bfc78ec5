import { Random } from "../../src/core/random.ts";

/** Values of any shape, and texts that look like reports: what a program might write in place of its worker. */
export class Forger {
  readonly random: Random;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  pick<T>(all: readonly T[]): T {
    return all[this.random.integer(all.length)] as T;
  }

  chance(share: number): boolean {
    return this.random.uniform() < share;
  }

  text(): string {
    return this.pick([
      ...[
        "",
        "P",
        "PPPP",
        "PFET",
        "accepted",
        "ok",
        "passed",
        "null",
        "18",
        "\u0000",
        "\ud800",
        "__proto__",
        "[]",
        "{}",
      ],
      ...[
        "NaN",
        "-1",
        "1e999",
        "WORD",
        "broken-tests",
        "report_00000000000000000000000000000000:PPP",
        "x".repeat(9000),
      ],
      ...["[".repeat(5000), "done_0000", "compile error: x", "OutOfMemoryError", '["accepted","P","",[]]'],
    ]);
  }

  scalar(): unknown {
    const { random } = this;
    const numbers = [0, 1, -1, 2 ** 53, 1e308, 0.5, -0, random.integer(100)];
    return this.pick<unknown>([null, true, false, this.pick(numbers), this.text(), this.text()]);
  }

  value(depth = 0): unknown {
    if (depth > 3 || this.chance(0.4)) return this.scalar();
    const size = this.random.integer(5);
    const items = Array.from({ length: size }, () => this.value(depth + 1));
    if (this.chance(0.5)) return items;
    const names = ["id", "result", "ready", "started", "verdict", "value", "stdout", "error", "length", "toString"];
    return Object.fromEntries(items.map((item) => [this.chance(0.8) ? this.pick(names) : this.text(), item]));
  }

  /** Some report that is nearly right: its fields are there and one or more is not what it should be. */
  report(): unknown {
    const rows = this.pick<readonly unknown[]>([
      ["accepted", "P", "", []],
      ["accepted", "PPP", "", [1, 2, null]],
      ["broken-tests", "", "x", []],
      ["report_00000000000000000000000000000000", "accepted", "P", "", []],
      [["passed", ""]],
      [
        ["passed", ""],
        ["passed", ""],
      ],
      [["failed", "expected 4"], null],
    ]);
    return rows.map((row) => (this.chance(0.3) ? this.value(2) : row));
  }

  /** What a program gives as its value. */
  told(): string | null {
    if (this.chance(0.05)) return null;
    if (this.chance(0.2)) return this.text();
    const text = JSON.stringify(this.chance(0.5) ? this.report() : this.value());
    return this.chance(0.1) ? text.slice(0, this.random.integer(text.length + 1)) : text;
  }

  /** A line in place of the worker's answer to request `id`. */
  line(id: number): string {
    const answer = {
      id: this.chance(0.7) ? id : this.value(2),
      result: {
        verdict: this.pick<unknown>(["ok", "error", "timeout", "won", null, 1, "constructor"]),
        value: this.chance(0.7) ? this.told() : this.value(),
        stdout: this.chance(0.8) ? this.text() : this.value(),
        error: this.chance(0.8) ? this.text() : this.value(),
      },
      recycle: this.chance(0.3) ? this.value(2) : undefined,
      kept: this.chance(0.3) ? this.value(2) : undefined,
    };
    const forged = this.pick<unknown>([
      ...[answer, answer, answer, answer, this.value(), { ready: this.value(2) }, { id, started: this.value(3) }],
      ...[{ id, wants: this.value(2) }, { ...answer, result: this.value(1) }, { result: answer.result }],
    ]);
    const line = JSON.stringify(forged);
    if (this.chance(0.1)) return this.text();
    return this.chance(0.1) ? line.slice(0, this.random.integer(line.length + 1)) : line;
  }
}
