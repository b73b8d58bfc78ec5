import { sha256 } from "../../core/sha256.ts";
import type { Endpoint, EndpointOptions } from "./endpoint.ts";
import { openAiBaseUrl } from "./endpoint.ts";
import type { PrefixMode } from "./request.ts";

/** All that selects a model behind an endpoint, and how it is asked. */
export interface Selecting extends EndpointOptions {
  readonly model: string;
  readonly extraBody?: Readonly<Record<string, unknown>>;
  readonly reasoningEffort?: string;
  readonly thinkingTokens?: number;
  readonly thinking?: boolean;
  readonly seeds?: boolean;
  /** What the server says of the weights behind the name: see detect.ts. */
  readonly revision?: string | null;
  /** What its user says of the server in place of what it shows. */
  readonly declared?: Readonly<Record<string, unknown>>;
}

export interface Identity {
  /** Host with path and query: members of a pool differ in it. */
  readonly place: string;
  /** Model and settings: members of a pool agree in it. */
  readonly serves: string;
  readonly revision: string | null;
}

/** The id of one model at one or several places. */
export function idOf(identities: readonly Identity[]): string {
  const all = (of: (identity: Identity) => string | null) =>
    [...new Set(identities.map(of))]
      .filter((one) => one !== null)
      .sort()
      .join("+");
  const revision = all((identity) => identity.revision);
  const serves = identities[0]?.serves ?? "";
  return `${all(({ place }) => place)}${serves}${revision === "" ? "" : `${serves.includes("@") ? "," : "@"}revision=${revision}`}`;
}

const credentials = new Set(
  ["key", "keys", "token", "secret", "password", "passwd", "auth", "authorization", "credential", "credentials"].concat(
    ["cookie", "session", "sig", "signature", "bearer", "jwt", "apikey", "subscriptionkey", "accesstoken", "authtoken"],
  ),
);

/**
 * Does a header, query parameter or variable say who asks rather than what is asked? By the words of its name: such
 * values are no part of an id, and a key that is replaced leaves the samples where they are.
 */
export const isCredential = (name: string): boolean =>
  name
    .replace(/([a-z])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .split(/[^a-z]+/)
    .some((word) => credentials.has(word));

const digest = (value: unknown): string => sha256(JSON.stringify(value), "hex").slice(0, 12);

/**
 * The id of a model behind an endpoint: its place, and what it serves there with which settings. Values of headers,
 * query parameters and body fields enter as hashes. Two models that any of these tell apart have different ids; a model
 * under "/v1" with no query and no headers is "host/model".
 */
export function identityOf(options: Selecting, { isOpenAi, headers }: Endpoint, prefix: PrefixMode): Identity {
  const url = new URL(options.baseUrl ?? openAiBaseUrl);
  const host = isOpenAi ? "openai" : url.host;
  const port = url.protocol === "http:" && url.port === "" ? ":80" : "";
  const path = url.pathname.replace(/\/+$/, "").replaceAll("+", "%2B"); // a pool joins places by it
  const query = [...url.searchParams].filter(([name]) => !isCredential(name)).sort();
  const usual = path === "/v1" && query.length === 0;
  const place = `${host}${port}${path === "/v1" ? "" : path}${query.length === 0 ? "" : `?${digest(query)}`}`;
  const selecting = Object.entries(options.headers ?? {})
    .filter(([name, value]) => !isCredential(name) && !variablesIn(value).some(isCredential))
    .map(([name]) => [name.toLowerCase(), headers[name.toLowerCase()]])
    .sort();
  const settings = [
    ...(prefix === "instructed" ? [] : [prefix]),
    ...(options.seeds === true ? ["seeds"] : []),
    ...thinkingWords(options),
    ...(options.extraBody === undefined ? [] : [sha256(JSON.stringify(options.extraBody), "hex").slice(0, 8)]),
    ...(selecting.length === 0 ? [] : [`headers=${digest(selecting)}`]),
    ...(options.declared === undefined ? [] : [`declared=${digest(options.declared)}`]),
  ];
  const model = options.model.replace(/[%#@]/g, encodeURIComponent);
  const serves = `${usual ? "/" : "#"}${model}${settings.length === 0 ? "" : `@${settings.join(",")}`}`;
  return { place, serves, revision: options.revision ?? null };
}

const variablesIn = (value: string): string[] => [...value.matchAll(/\$\{(\w+)\}/g)].map(([, name = ""]) => name);

const thinkingWords = ({ reasoningEffort, thinkingTokens, thinking }: Selecting): string[] => [
  ...(reasoningEffort === undefined ? [] : [`effort=${encodeURIComponent(reasoningEffort)}`]),
  ...(thinkingTokens === undefined ? [] : [`thinking-tokens=${thinkingTokens}`]),
  ...(thinking === undefined ? [] : [thinking ? "thinking" : "not-thinking"]),
];
