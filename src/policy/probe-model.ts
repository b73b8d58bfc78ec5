import { EnvironmentError, InvalidOptionError } from "../core/errors.ts";
import { known, type ModelSpec, serversIn, shownName } from "./open.ts";
import { probeServer } from "./openai/detect.ts";
import { openAiBaseUrl } from "./openai/endpoint.ts";
import type { ServerProfile } from "./openai/profile.ts";

/** What was found out of a server, or why nothing could be. */
export interface ProbedServer {
  readonly address: string;
  readonly profile: ServerProfile | null;
  /** Fields that the settings say in place of the server. */
  readonly given: readonly string[];
  readonly failure: string | null;
}

/**
 * Asks every server of a model afresh what it does.
 * @throws InvalidOptionError for a model that is not on a server.
 */
export async function probeModel(spec: ModelSpec): Promise<readonly ProbedServer[]> {
  const { name, model: named, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  const { addresses, model } = serversOf(name, named);
  const { profile: capabilities = {}, ...given } = known("", name, options);
  return await Promise.all(
    addresses.map(async (baseUrl): Promise<ProbedServer> => {
      const address = shownName(baseUrl);
      try {
        const profile = await probeServer({ ...given, baseUrl, model, afresh: true });
        const fields = Object.keys(capabilities);
        return { address, profile: { ...profile, ...capabilities }, given: fields, failure: null };
      } catch (error) {
        if (!(error instanceof EnvironmentError)) throw error;
        return { address, profile: null, given: [], failure: error.message };
      }
    }),
  );
}

function serversOf(name: string, named: string | undefined) {
  const [, atOpenAi] = /^openai:(.*)$/s.exec(name) ?? [];
  if (atOpenAi !== undefined) return serversIn(process.env.OPENAI_BASE_URL?.trim() || openAiBaseUrl, atOpenAi || named);
  if (/^https?:\/\//.test(name)) return serversIn(name, named);
  throw new InvalidOptionError("--model", `must be on a server to be asked, such as URL#MODEL, got "${name}".`);
}
