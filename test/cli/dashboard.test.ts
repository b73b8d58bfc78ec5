import { describe, expect, it } from "vitest";
import { dashboardLines } from "../../src/cli/dashboard.ts";
import { liveScreen } from "../../src/cli/live-screen.ts";
import { textWidth } from "../../src/cli/text-width.ts";
import type { ArmStatus, RunStatus } from "../../src/runs/status/run-status.ts";

const interval = { low: 0.41, high: 0.77, level: 0.95, method: "m" };
const arm = (name: string, parts: Partial<ArmStatus> = {}): ArmStatus => ({
  ...{ arm: name, done: 30, total: 1200, state: "at-work", n: 30, accuracy: 0.6, interval, undecided: 0, failures: {} },
  ...{ spent: { tokens: 123_456, calls: 90, dollars: 0 }, allowed: { tokens: 4_800_000, calls: null, dollars: null } },
  ...{ leftSeconds: 4000, ...parts },
});

const status = (parts: Partial<RunStatus> = {}): RunStatus => ({
  ...{ name: "compare", done: 60, total: 2400, resumed: 0, elapsedSeconds: 65, leftSeconds: 3905, failures: {} },
  pace: { trialsPerMinute: 55.4, tokensPerSecond: 3801, callsPerSecond: 2.77 },
  spent: { tokens: 246_912, calls: 180, dollars: 0 },
  paid: { tokens: 200_000, calls: 150, dollars: 0 },
  allowed: { tokens: 9_600_000, calls: null, dollars: null },
  arms: [arm("vote"), arm("beam-search(width=2)")],
  enough: null,
  ...parts,
});

describe("the dashboard of a run", () => {
  it("says how far, how fast, what it costs, and how each arm does", () => {
    expect(dashboardLines(status(), { columns: 100, rows: 24 })).toEqual(
      [
        "compare  ░░░░░░░░░░░░░░░░  2 %  60/2,400 trials  1 h 05 min left",
        "1 min 05 s so far   55.4 trials/min   3.8k tokens/s   2.77 calls/s",
        "247k tokens of 9.6M (3 %), 200k paid   180 calls, 150 paid",
        "",
        "arm                       done    accuracy %     tokens  calls          left",
        "vote                  30/1,200  60.0 (41–77)  123k/4.8M     90  1 h 06 min",
        "beam-search(width=2)  30/1,200  60.0 (41–77)  123k/4.8M     90  1 h 06 min",
      ].map((line) => line.replace("          left", "        left")),
    );
  });

  it("shows dollars, failures by kind, the stopping rule and the key where there are any", () => {
    const compared = { arm: "beam-search", baseline: "vote", problems: 40, difference: 0.125, eValue: 30, p: 0.0333 };
    const lines = dashboardLines(
      status({
        failures: { rate: 2, server: 1 },
        arms: [
          arm("vote", { failures: { rate: 2, server: 1 }, undecided: 4 }),
          arm("beam-search", { spent: { tokens: 1, calls: 1, dollars: 0.256 }, state: "decided" }),
        ],
        enough: {
          alpha: 0.05,
          arms: [
            { ...compared, decidedAt: 40 },
            { ...compared, arm: "mcts", difference: -0.02, p: 1, decidedAt: null },
          ],
        },
      }),
      { columns: 100, rows: 40, keys: true },
    ).join("\n");
    expect(lines).toContain("3 failed: rate 2, server 1; 4 undecided");
    expect(lines).toMatch(/beam-search .* \$0\.256 +0 +decided/);
    expect(lines).toContain("1 of 2 comparisons decided; one is at p ≤ 0.025");
    expect(lines).toMatch(/beam-search +40 +\+12\.5 +0\.033 +better/);
    expect(lines).toMatch(/mcts +40 +−2\.0 +1\.000 +open/);
    expect(lines).toContain("q ends the run well");
  });

  it("keeps within every terminal, in columns and in rows", () => {
    const many = Array.from({ length: 60 }, (_, i) =>
      arm(`${"长いlabel ".repeat(i % 4)}${i}`, { failures: { connection: i } }),
    );
    for (const columns of [22, 40, 80, 120, 200]) {
      for (const rows of [2, 6, 24, 50]) {
        const lines = dashboardLines(status({ arms: many, name: "n".repeat(300) }), { columns, rows, keys: true });
        expect(lines.length).toBeLessThan(rows);
        for (const line of lines) expect(textWidth(line)).toBeLessThan(columns);
      }
    }
    expect(dashboardLines(status({ arms: many }), { columns: 80, rows: 24 }).join("\n")).toMatch(/… \d+ more arms/);
  });
});

describe("a screen that is drawn again in place", () => {
  it("writes nothing where nothing changed, else all of it in one piece over the earlier lines", () => {
    const writes: string[] = [];
    let columns = 80;
    const screen = liveScreen(
      (text) => writes.push(text),
      () => columns,
    );
    screen.draw(["one", "two"]);
    screen.draw(["one", "two"]);
    expect(writes).toEqual(["\u001b[?2026hone\u001b[K\ntwo\u001b[K\n\u001b[J\u001b[?2026l"]);
    screen.draw(["x".repeat(50)]);
    expect(writes[1]).toContain("\u001b[?2026h\u001b[2A\r");
    columns = 20; // its fifty characters take three rows now
    screen.draw(["y"]);
    expect(writes[2]).toContain("\u001b[?2026h\u001b[3A\r");
    screen.clear();
    screen.clear();
    expect(writes.slice(3)).toEqual(["\u001b[?2026h\u001b[1A\r\u001b[J\u001b[?2026l"]);
  });
});
