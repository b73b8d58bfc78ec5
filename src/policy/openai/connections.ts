import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Dispatcher } from "undici";
import { EnvironmentError } from "../../core/errors.ts";

/** Files, in PEM, that say whom to trust and who we are. */
export interface TlsFiles {
  /** Certificates of those who vouch for the server, in place of the usual ones. */
  readonly ca?: string;
  /** Our certificate, for servers that ask for one, and its key. */
  readonly cert?: string;
  readonly key?: string;
}

export interface ConnectionOptions {
  /** At most so many at a time. */
  readonly connections: number;
  readonly tls?: TlsFiles;
}

/**
 * Connections to one server, kept alive: through the proxy that HTTPS_PROXY or HTTP_PROXY names, unless NO_PROXY
 * excepts the server. This machine itself is never asked for through a proxy.
 * @throws EnvironmentError for a file that cannot be read.
 */
export function openConnections(origin: string, { connections, tls }: ConnectionOptions): Dispatcher {
  const secured = tls && tlsOf(tls);
  const settings = { connections, headersTimeout: 0, bodyTimeout: 0, allowH2: false, connect: secured };
  if (!proxied(origin)) return new (pool())(origin, settings);
  const { EnvHttpProxyAgent } = load("undici") as typeof import("undici");
  return new EnvHttpProxyAgent({ ...settings, requestTls: secured });
}

/** The HTTP client, which a program that asks no server does without. */
const load = createRequire(import.meta.url);

/** Of its modules those of one server's connections, which load in less than half the time of all. */
function pool(): typeof import("undici").Pool {
  try {
    return load("undici/lib/dispatcher/pool.js") as typeof import("undici").Pool;
  } catch {
    return (load("undici") as typeof import("undici")).Pool; // laid out otherwise
  }
}

function proxied(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  if (/^(localhost|.*\.localhost|127\..*|\[::1\])$/.test(hostname)) return false;
  const { http_proxy, HTTP_PROXY, https_proxy, HTTPS_PROXY } = process.env;
  const http = http_proxy ?? HTTP_PROXY;
  const proxy = protocol === "https:" ? (https_proxy ?? HTTPS_PROXY ?? http) : http;
  return proxy !== undefined && proxy !== "";
}

function tlsOf(files: TlsFiles) {
  return { ca: textOf("ca", files.ca), cert: textOf("cert", files.cert), key: textOf("key", files.key) };
}

function textOf(option: keyof TlsFiles, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new EnvironmentError(`tls.${option}: ${file} cannot be read. Name a file in PEM.`, { cause });
  }
}
