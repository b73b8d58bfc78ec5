import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createAdaptorServer } from "@hono/node-server";
import { type Tracer, trace } from "@opentelemetry/api";
import type { Catalogue } from "../core/catalogue.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { EnvironmentError } from "../core/errors.ts";
import type { Sandbox } from "../core/execution.ts";
import type { CheckedPolicy } from "../policy/pool-member.ts";
import { openStoreAt } from "../policy/store/open.ts";
import { Metrics } from "../policy/telemetry/prometheus.ts";
import { serveApp } from "./app.ts";
import { openCalibrations } from "./calibrations.ts";
import { ownCommons } from "./commons.ts";
import { checkExposure, type ServeConfig, type UpstreamSpec } from "./config.ts";
import type { Log } from "./log.ts";
import { requirePrices } from "./prices.ts";
import { Service } from "./service.ts";
import { openTelemetry } from "./telemetry/request-span.ts";
import { type TimeOfDay, timeOfDay } from "./time-of-day.ts";
import { Turns } from "./turns.ts";
import { openUpstreams } from "./upstreams.ts";

export interface ServeParts {
  readonly config: ServeConfig;
  readonly catalogue: Catalogue;
  /** Opens one model as it is, without wrappers. */
  readonly open: (spec: UpstreamSpec) => Promise<CheckedPolicy>;
  readonly sandbox: Sandbox;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly log?: Log;
  readonly clock?: Clock;
  readonly time?: TimeOfDay;
  /** Default: of the tracer provider that is registered; without one nothing is recorded. */
  readonly tracer?: Tracer;
}

export interface RunningServer {
  /** "http://127.0.0.1:8420/v1". */
  readonly baseUrl: string;
  readonly service: Service;
  /** Finishes what is in work, or returns the best so far, and lets go of everything. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Opens the upstreams and serves them.
 * @throws InvalidFileError for an open address without keys; InvalidOptionError for a limit in dollars on a model
 *   without a price; EnvironmentError when the address cannot be had.
 */
export async function startServer(parts: ServeParts): Promise<RunningServer> {
  const { config, clock = systemClock, time = timeOfDay, env = process.env, log = () => {} } = parts;
  checkExposure("the configuration", config);
  const calibrations = openCalibrations(config.models);
  const metrics = new Metrics();
  const turns = new Turns();
  const commons =
    config.redis === undefined
      ? ownCommons(config, clock)
      : await (await import("./redis-commons.ts")).redisCommons(config, config.redis);
  const store = config.store === undefined ? undefined : await openStoreAt(config.store);
  const upstreams = await openUpstreams(config, {
    open: parts.open,
    store,
    clock,
    turns,
    onCall: () => {},
    onAttempt: (upstream, member, failed) =>
      metrics.add("ruminate_upstream_attempts_total", {
        upstream,
        member: String(member),
        outcome: failed ? "failed" : "done",
      }),
  });
  const { catalogue, sandbox } = parts;
  const release = async () => {
    await Promise.allSettled([...upstreams.values()].map(({ policy }) => policy.dispose?.()));
    await Promise.allSettled([commons.close(), store?.close()]);
  };
  try {
    requirePrices(config, catalogue, upstreams);
  } catch (error) {
    await release();
    throw error;
  }
  const telemetry = openTelemetry(parts.tracer ?? trace.getTracer("ruminate"), config.telemetry.prompts);
  const shared = {
    config,
    catalogue,
    upstreams,
    calibrations,
    sandbox,
    clock,
    time,
    env,
    log,
    metrics,
    telemetry,
    turns,
    commons,
  };
  const service = new Service(shared);
  const app = serveApp(service);
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false }) as Server;
  server.requestTimeout = 60_000; // for the request itself to arrive
  server.headersTimeout = 20_000;
  await listen(server, config);
  const { port } = server.address() as AddressInfo;
  const shown = config.host.includes(":") ? `[${config.host}]` : config.host;
  let closing: Promise<void> | null = null;
  return {
    baseUrl: `http://${shown}:${port}/v1`,
    service,
    close: () => {
      closing ??= shutDown(server, service).finally(release);
      return closing;
    },
  };
}

function listen(server: Server, { host, port }: ServeConfig): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: NodeJS.ErrnoException) => {
      const remedy =
        cause.code === "EADDRINUSE" ? "is taken already. Choose another port." : `cannot be used: ${cause.message}.`;
      reject(new EnvironmentError(`Address ${host}:${port} ${remedy}`, { cause }));
    };
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      resolve();
    });
  });
}

async function shutDown(server: Server, service: Service): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  await service.drain();
  server.closeIdleConnections();
  const patience = setTimeout(() => server.closeAllConnections(), 1000);
  await closed;
  clearTimeout(patience);
}
