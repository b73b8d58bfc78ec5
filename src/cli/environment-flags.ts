import type { Command, Option } from "commander";
import type { Terminal } from "./terminal.ts";

/** `--api-key-env` can be given as RUMINATE_API_KEY_ENV. */
const variableOf = (option: Option): string => `RUMINATE_${option.name().replaceAll("-", "_").toUpperCase()}`;

/**
 * Lets the environment give the flags of a command, as containers and units have it. A flag on the command line wins.
 * Of a flag that takes several values each stands on a line of its own.
 */
export function flagsFromEnvironment(command: Command, { env }: Pick<Terminal, "env">): Command {
  command.addHelpText(
    "after",
    "\nEvery flag can be given by the environment too: --api-key-env as RUMINATE_API_KEY_ENV.",
  );
  return command.hook("preAction", () => {
    for (const option of command.options) {
      const value = env[variableOf(option)];
      const source = command.getOptionValueSource(option.attributeName());
      if (value === undefined || value === "" || (source !== undefined && source !== "default")) continue;
      const given = option.variadic ? value.split("\n").filter((line) => line.trim() !== "") : value;
      command.setOptionValueWithSource(option.attributeName(), given, "env");
    }
  });
}
