import { join } from "node:path";
import { serving } from "../../serve/serving.ts";
import { clientUpstream } from "./upstream.ts";

/** A key of this server alone, which ends with it. */
export const clientKey = "client-key";

/** What clients sent, and how it went. */
export const recordings = join(import.meta.dirname, "../../recordings/clients");

/** The server that clients are tried against, before a model's server that answers by what it is asked. */
export async function serveClients() {
  const upstream = await clientUpstream();
  const server = await serving(
    {
      upstreams: { small: { name: upstream.baseUrl } },
      models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 3 } } },
      keys: [{ name: "clients", env: "CLIENT_KEY" }],
    },
    { env: { CLIENT_KEY: clientKey } },
  );
  const close = async () => {
    await server.close();
    await upstream.close();
  };
  return { server, upstream, close };
}
