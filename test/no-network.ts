import dns from "node:dns";
import net from "node:net";
import { afterEach } from "vitest";

/**
 * Tests reach this machine alone. A connection elsewhere fails, and so does the test that began it; names that are
 * reserved for tests (RFC 2606) are not found, as everywhere.
 */
const ours = /^(localhost|.*\.localhost|127\.[\d.]+|::1|0\.0\.0\.0|::|)$/;
const reserved = /\.(test|invalid|example)$/;
const reached: string[] = [];

function refusal(host: string): NodeJS.ErrnoException {
  if (!reserved.test(host)) reached.push(host);
  return Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: "ENOTFOUND", hostname: host });
}

const marker = Symbol.for("ruminate: no network in tests");
const guarded = globalThis as { [marker]?: true };
if (guarded[marker] === undefined) {
  guarded[marker] = true;
  const lookup = dns.lookup as (...given: unknown[]) => void;
  const lookupHere = (host: string, ...rest: unknown[]) => {
    if (ours.test(host)) return lookup(host, ...rest);
    const answer = rest.at(-1) as (error: Error) => void;
    process.nextTick(answer, refusal(host));
  };
  dns.lookup = lookupHere as unknown as typeof dns.lookup;
  const connect = net.Socket.prototype.connect as (...given: unknown[]) => net.Socket;
  net.Socket.prototype.connect = function (this: net.Socket, ...given: unknown[]) {
    const [first] = (Array.isArray(given[0]) ? given[0] : given) as readonly unknown[];
    const { host = "" } = (typeof first === "object" && first !== null ? first : {}) as { host?: string };
    if (net.isIP(host) === 0 || ours.test(host)) return connect.apply(this, given);
    process.nextTick(() => this.destroy(refusal(host)));
    return this;
  } as typeof net.Socket.prototype.connect;
}

afterEach(() => {
  const hosts = reached.splice(0);
  if (hosts.length > 0) throw new Error(`The test reached for ${hosts.join(", ")}: tests run without a network.`);
});
