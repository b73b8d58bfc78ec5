import { isLoopback, type ServeConfig } from "./config.ts";
import { ApiError } from "./errors.ts";

/**
 * Who may talk to a server that asks for no key and so serves everybody on this machine: programs on it, and pages that
 * come from it. A page of anybody else's, open in a browser here, could else spend on it: directly (it says so in
 * `Origin`), or by a name of its own that it lets point to this machine (DNS rebinding: then `Host` is that name).
 *
 * @returns what refuses such requests; null where keys are asked for.
 */
export function guardFor({ host, hosts, keys }: Pick<ServeConfig, "host" | "hosts" | "keys">) {
  if (keys.length > 0 || !isLoopback(host)) return null;
  const known = new Set(["localhost", "127.0.0.1", "[::1]", ...hosts.map((name) => name.toLowerCase())]);
  /** @throws ApiError 403. */
  return (headers: { readonly host?: string | undefined; readonly origin?: string | undefined }): void => {
    const named = nameIn(`http://${headers.host ?? ""}`);
    if (named === null || !known.has(named)) {
      throw stranger(
        `This server is asked for under a name that is not its own. Use 127.0.0.1, or list it in "hosts".`,
      );
    }
    if (headers.origin === undefined) return;
    const origin = nameIn(headers.origin);
    if (origin === null || !known.has(origin)) throw stranger("Pages of other hosts are not answered here.");
  };
}

const stranger = (message: string) => new ApiError({ status: 403, code: "host_not_allowed", message });

/** The host of an address, without its port; null where it is none. */
function nameIn(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { hostname, username, password } = new URL(address);
  return username === "" && password === "" && hostname !== "" ? hostname.replace(/\.$/, "") : null;
}
