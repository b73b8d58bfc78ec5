import type { ModelSpec } from "../policy/open.ts";
import { profileLines } from "../policy/openai/detect.ts";
import { type ProbedServer, probeModel } from "../policy/probe-model.ts";
import { paint, type Terminal } from "./terminal.ts";

/** `ruminate doctor --model URL#MODEL [--json]`: what the model's servers do. Exit code 1 where one does not answer. */
export async function doctorModelCommand(terminal: Terminal, json: boolean, spec: ModelSpec): Promise<number> {
  const servers = await probeModel(spec);
  terminal.out(json ? `${JSON.stringify(servers, null, 2)}\n` : asText(terminal, servers));
  return servers.every(({ failure }) => failure === null) ? 0 : 1;
}

const remedy =
  "Where this is wrong, say it better under the policy's options: `capabilities: {FIELD: VALUE}`; --json has the fields.";

function asText(terminal: Terminal, servers: readonly ProbedServer[]): string {
  const lines = servers.flatMap(({ address, profile, failure }) => [
    paint(terminal, "bold", address),
    ...(profile === null
      ? [`  ${paint(terminal, "yellow", failure ?? "")}`]
      : profileLines(profile).map(([name, value]) => `  ${name.padEnd(27)}  ${value}`)),
    "",
  ]);
  return `${[...lines, remedy].join("\n")}\n`;
}
