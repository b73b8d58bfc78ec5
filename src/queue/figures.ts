import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { EnvironmentError, InvalidOptionError } from "../core/errors.ts";
import { Metrics } from "../policy/telemetry/prometheus.ts";
import type { TrialEnd } from "./jobs.ts";

/** What a worker counts, for Prometheus. */
export class WorkerFigures {
  readonly #metrics = new Metrics();

  constructor(places: () => { readonly working: number; readonly concurrency: number }) {
    const metrics = this.#metrics;
    metrics.gauge("ruminate_worker_trials_in_work", "Trials being solved.", () => places().working);
    metrics.gauge("ruminate_worker_places", "Trials that may be solved at a time.", () => places().concurrency);
    metrics.describe("ruminate_worker_trials_total", "Trials that ended here, by run and outcome.");
    metrics.describe("ruminate_worker_jobs_total", "Jobs by run and outcome.");
    metrics.describe("ruminate_worker_job_seconds", "Time from taking a job to its result.");
  }

  done(run: string, milliseconds: number, ends: readonly TrialEnd[]): void {
    this.#metrics.add("ruminate_worker_jobs_total", { run, outcome: "done" });
    this.#metrics.observe("ruminate_worker_job_seconds", { run }, milliseconds / 1000);
    for (const { failure, written } of ends) {
      const outcome = failure !== undefined ? "failed" : written === undefined ? "left out" : "done";
      this.#metrics.add("ruminate_worker_trials_total", { run, outcome });
    }
  }

  failed(run: string): void {
    this.#metrics.add("ruminate_worker_jobs_total", { run, outcome: "failed" });
  }

  render(): string {
    return this.#metrics.render();
  }
}

/**
 * Serves figures at `/metrics` of an address, "HOST:PORT" or "PORT" (of this machine alone), and 200 at `/health`.
 * @throws InvalidOptionError for an address that is none; EnvironmentError for one that cannot be had.
 */
export async function serveFigures(address: string, figures: { render(): string }) {
  const [, host = "127.0.0.1", port = ""] = /^(?:(.+):)?(\d{1,5})$/.exec(address) ?? [];
  if (port === "" || Number(port) > 65_535)
    throw new InvalidOptionError("--metrics", `must read like 9464 or 0.0.0.0:9464, got "${address}".`);
  const server = createServer(({ url }, response) => {
    const [status, text] = url === "/metrics" ? [200, figures.render()] : url === "/health" ? [200, "ok\n"] : [404, ""];
    response.writeHead(status, { "content-type": "text/plain; version=0.0.4" }).end(text);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const message = `Address ${host}:${port} cannot be used for figures: ${cause.message}. Choose another port.`;
      reject(new EnvironmentError(message, { cause }));
    });
    server.listen(Number(port), host.replace(/^\[|\]$/g, ""), resolve);
  });
  const { port: own } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${own}/metrics`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
