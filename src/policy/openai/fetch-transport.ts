import {
  DeadlineError,
  type HttpReply,
  type HttpRequest,
  isSuccess,
  mostBytes,
  SilenceError,
  TooLargeError,
  type Transport,
  type TransportOptions,
  totalOf,
} from "./http.ts";

/** HTTP over the fetch that browsers, Deno, Bun and edge functions have in common. What it packed it unpacks. */
export function openFetchTransport(origin: string, options: Omit<TransportOptions, "connections">): Transport {
  const { timeoutMs } = options;
  const totalMs = totalOf(options);
  const leave = new AbortController();
  return {
    send: (request) => exchange(origin, request, { timeoutMs, totalMs, closed: leave.signal }),
    close: async () => leave.abort(new Error("the connection was closed")),
  };
}

interface Limits {
  readonly timeoutMs: number;
  readonly totalMs: number;
  readonly closed: AbortSignal;
}

async function exchange(origin: string, request: HttpRequest, limits: Limits): Promise<HttpReply> {
  const { method, path, headers, body, signal } = request;
  const { timeoutMs, totalMs, closed } = limits;
  const end = new AbortController();
  const breakOff = (reason: unknown) => end.abort(reason);
  const ends = [closed, ...(signal === undefined ? [] : [signal])];
  const onAbort = () => breakOff(ends.find(({ aborted }) => aborted)?.reason);
  for (const one of ends) one.addEventListener("abort", onAbort, { once: true });
  if (ends.some(({ aborted }) => aborted)) onAbort();
  const deadline = setTimeout(() => breakOff(new DeadlineError(totalMs)), totalMs);
  let silence: ReturnType<typeof setTimeout> | undefined;
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => breakOff(new SilenceError(timeoutMs)), timeoutMs);
  };
  heard();
  try {
    const response = await fetch(origin + path, { method, headers, body, signal: end.signal, redirect: "manual" });
    return await replyOf(response, request, heard);
  } catch (error) {
    if (!end.signal.aborted) breakOff(causeOf(error)); // nothing more of it is read
    throw end.signal.reason;
  } finally {
    clearTimeout(deadline);
    clearTimeout(silence);
    for (const one of ends) one.removeEventListener("abort", onAbort);
  }
}

/** The whole reply; the text of a successful one goes to `onText` piece by piece, where that is given. */
async function replyOf(response: Response, request: HttpRequest, heard: () => void): Promise<HttpReply> {
  // A browser does not say where a redirect points.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  const most = mostBytes(status, request);
  const onText = isSuccess(status) ? request.onText : undefined;
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const reader = response.body?.getReader();
  let [size, body] = [0, ""];
  for (;;) {
    heard();
    const next = await reader?.read();
    if (next === undefined || next.done) break;
    size += next.value.length;
    if (size > most) throw new TooLargeError(most);
    const text = decoder.decode(next.value, { stream: true });
    if (onText === undefined) body += text;
    else onText(text);
  }
  return { status, headers: Object.fromEntries(response.headers), body: body + decoder.decode() };
}

/** Some say only that fetch failed, and what it failed of is the cause. */
const causeOf = (error: unknown): unknown =>
  error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
