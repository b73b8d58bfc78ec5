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
  const parts = client();
  if (!proxied(origin)) return new parts.Pool(origin, settings);
  return new parts.EnvHttpProxyAgent({ ...settings, requestTls: secured });
}

type Client = Pick<typeof import("undici"), "Pool" | "EnvHttpProxyAgent">;

/**
 * The HTTP client, which a program that asks no server does without. Of its modules only those that speak to one server,
 * which load in less than half the time; all of them where a version is laid out otherwise.
 */
function client(): Client {
  const load = createRequire(import.meta.url);
  const part = (name: string) => load(`undici/lib/dispatcher/${name}.js`) as unknown;
  try {
    return {
      Pool: part("pool") as Client["Pool"],
      get EnvHttpProxyAgent() {
        return part("env-http-proxy-agent") as Client["EnvHttpProxyAgent"];
      },
    };
  } catch {
    return load("undici") as Client;
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
