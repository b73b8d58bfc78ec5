import { EnvironmentError, InvalidOptionError } from "../../core/errors.ts";
import { environmentVariable } from "../../core/host.ts";
import type { TlsFiles } from "./connections.ts";
import { redactor } from "./failure.ts";

export const openAiBaseUrl = "https://api.openai.com/v1";

export interface EndpointOptions {
  /** Up to and with the version: "http://127.0.0.1:8000/v1". Default: api.openai.com. */
  readonly baseUrl?: string;
  /**
   * The environment variable that holds the key. Default: OPENAI_API_KEY for api.openai.com, none for other servers,
   * so that a key never goes to a server it was not made for.
   */
  readonly apiKeyEnv?: string;
  /** Further headers of every request; `${NAME}` in a value stands for an environment variable. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly tls?: TlsFiles;
}

/** Where a server is and what every request to it carries. */
export interface Endpoint {
  readonly origin: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly isOpenAi: boolean;
  /** Path and query for one of the server's functions: "chat/completions", "models". */
  pathOf(name: string): string;
  /** The same for functions that stand beside the version's folder: "apply-template". */
  rootPathOf(name: string): string;
  /** Takes the key and the header values out of a text. */
  redact(text: string): string;
}

/**
 * @throws InvalidOptionError for a URL that is none or carries a password; EnvironmentError when the key is not set.
 */
export function endpointOf(options: EndpointOptions): Endpoint {
  const url = parseUrl(options.baseUrl ?? openAiBaseUrl);
  const isOpenAi = url.hostname === "api.openai.com";
  const headers = headersOf(options.headers ?? {}, url.host);
  const key = keyOf(options.apiKeyEnv, isOpenAi, url.host);
  const base = url.pathname.replace(/\/+$/, "");
  return {
    origin: url.origin,
    host: url.host,
    isOpenAi,
    headers: {
      "content-type": "application/json",
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
      ...headers,
    },
    pathOf: (name) => `${base}/${name}${url.search}`,
    rootPathOf: (name) => `${base.replace(/\/v\d+$/, "")}/${name}${url.search}`,
    redact: redactor([...(key === undefined ? [] : [key]), ...Object.values(headers), ...url.searchParams.values()]),
  };
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    const shown = text.replace(/\/\/[^/@]*@/, "//");
    throw new InvalidOptionError(
      'openai: "baseUrl"',
      `must be an http or https address such as "http://127.0.0.1:8000/v1", got "${shown}".`,
    );
  }
  if (url.username !== "" || url.password !== "") {
    throw new InvalidOptionError(
      'openai: "baseUrl"',
      `must not carry a user or a password (${url.host}). Put the key into an environment variable and name it in apiKeyEnv.`,
    );
  }
  return url;
}

/** By names in lower case, so that none is sent twice. @throws EnvironmentError for a variable that is not set. */
function headersOf(given: Readonly<Record<string, string>>, host: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name.toLowerCase(),
      value.replace(/\$\{(\w+)\}/g, (_, variable: string) => {
        const found = environmentVariable(variable)?.trim();
        if (found) return found;
        throw new EnvironmentError(
          `The header ${name} of ${host} needs the environment variable ${variable}, which is not set.`,
        );
      }),
    ]),
  );
}

function keyOf(named: string | undefined, isOpenAi: boolean, host: string): string | undefined {
  const variable = named ?? (isOpenAi ? "OPENAI_API_KEY" : undefined);
  if (variable === undefined) return undefined;
  const key = environmentVariable(variable)?.trim();
  if (key) return key;
  throw new EnvironmentError(
    `${host} needs a key, and the environment variable ${variable} is not set. Set it, or name another.`,
  );
}
