import type { IncomingMessage } from "node:http";
import { tooMany } from "./admission.ts";
import { ApiError, refused } from "./errors.ts";

/** Deeper JSON than this is no request that a model could use. */
const deepest = 64;

/** How much may be read, of one body and of all bodies that its caller is sending. */
export interface BodyLimits {
  readonly maxBytes: number;
  /** Counts what is held of the caller's bodies. */
  readonly caller: { reading: number };
  readonly maxReading: number;
}

/**
 * The body of a request as JSON: at most `maxBytes`, valid UTF-8, an object, at most 64 levels deep, without
 * `__proto__`.
 * @throws ApiError 400, 413, 415 or 429.
 */
export async function readJsonBody(request: IncomingMessage, limits: BodyLimits): Promise<Record<string, unknown>> {
  const type = request.headers["content-type"] ?? "";
  if (!/^application\/(?:[\w.+-]+\+)?json\s*(?:;|$)/i.test(type)) {
    throw new ApiError({ status: 415, message: 'The content type must be "application/json".' });
  }
  const parsed = parse(await readText(request, limits));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw refused(null, "The body must be a JSON object.");
  }
  checkShape(parsed);
  return parsed as Record<string, unknown>;
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

async function readText(request: IncomingMessage, limits: BodyLimits): Promise<string> {
  const bytes = await readBytes(request, limits);
  try {
    return utf8.decode(bytes);
  } catch {
    throw refused(null, "The body is not valid UTF-8.");
  }
}

/**
 * Beyond a limit nothing more is kept; the connection takes what is still on its way, so that the client can read why.
 * What a length says is believed only where it is too large.
 */
function readBytes(request: IncomingMessage, { maxBytes, caller, maxReading }: BodyLimits): Promise<Buffer> {
  const tooLarge = () =>
    new ApiError({
      status: 413,
      code: "body_too_large",
      message: `The body is larger than the ${maxBytes} bytes allowed here.`,
    });
  const crowded = () =>
    tooMany(1, `This key is sending more than ${maxReading} bytes at a time. Send one after another.`);
  const length = Number(request.headers["content-length"] ?? 0);
  if (length > maxBytes) return Promise.reject(tooLarge());
  if (caller.reading + length > maxReading) return Promise.reject(crowded());
  return new Promise<Buffer>((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = () => {
      request.off("data", take);
      chunks.length = 0;
      caller.reading -= size;
      size = 0;
    };
    const refuse = (error: ApiError) => {
      stop();
      reject(error);
    };
    const take = (chunk: Buffer) => {
      size += chunk.length;
      caller.reading += chunk.length;
      chunks.push(chunk);
      if (size > maxBytes) refuse(tooLarge());
      else if (caller.reading > maxReading) refuse(crowded());
    };
    request.on("data", take);
    request.once("end", () => {
      const whole = Buffer.concat(chunks);
      stop();
      resolve(whole);
    });
    const left = (error: Error) => {
      stop();
      reject(error);
    };
    request.once("error", left);
    request.once("close", () => left(new Error("the client has left")));
  });
}

function parse(text: string): unknown {
  if (text.trim() === "") throw refused(null, "The body is empty. Send a JSON object.");
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message.replace(/, ".*$/s, "").slice(0, 120) : "too deep";
    throw refused(null, `The body is not valid JSON: ${reason}.`);
  }
}

/** Walks without recursion, so that no depth can hurt. */
function checkShape(root: object): void {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.depth > deepest) throw refused(null, `The body is nested more than ${deepest} levels deep.`);
    if (Object.hasOwn(next.value, "__proto__")) throw refused("__proto__", '"__proto__" is not allowed as a key.');
    for (const value of Object.values(next.value)) {
      if (typeof value === "object" && value !== null) open.push({ value, depth: next.depth + 1 });
    }
  }
}
