import type { Progress } from "../runs/run-experiment.ts";
import type { RunStatus } from "../runs/status/run-status.ts";
import { dashboardLines } from "./dashboard.ts";
import { RunProgress } from "./run-progress.ts";
import { statusLine, type Terminal } from "./terminal.ts";

/** A run's progress as it is shown until it is closed. */
export interface ShownProgress {
  show(progress: Progress): void;
  close(): void;
}

const everyMs = 500;

/** On a terminal a dashboard that is drawn again in place; elsewhere a line for every twentieth of the trials. */
export function shownProgress(terminal: Terminal): ShownProgress {
  return terminal.screen === undefined ? lineProgress(terminal) : dashboard(terminal, terminal.screen);
}

function dashboard(terminal: Terminal, screen: NonNullable<Terminal["screen"]>): ShownProgress {
  let status: (() => RunStatus) | null = null;
  let next = 0;
  const draw = () => {
    const began = performance.now();
    if (status === null || began < next) return;
    const { columns, rows = 24 } = terminal;
    screen.draw(dashboardLines(status(), { columns, rows, keys: terminal.onKey !== undefined }));
    // With very many problems the figures take a while: a twentieth of the time at most.
    next = began + Math.max(everyMs - 50, 20 * (performance.now() - began));
  };
  // A trial may take minutes, and time goes on.
  const timer = setInterval(draw, everyMs);
  timer.unref();
  return {
    show(progress) {
      status = progress.status;
      draw();
    },
    close() {
      clearInterval(timer);
      screen.clear();
    },
  };
}

function lineProgress(terminal: Terminal): ShownProgress {
  const status = statusLine(terminal);
  const began = performance.now();
  const progress = new RunProgress();
  return {
    show(now) {
      const line = progress.line(now, (performance.now() - began) / 1000, terminal.columns);
      const share = now.total === 0 ? 1 : now.done / now.total;
      status.show(line, `${Math.floor(share * 20)}`);
    },
    close: status.clear,
  };
}
