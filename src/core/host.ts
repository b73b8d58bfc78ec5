/** What a program is run by: Node and its kin have a process, a browser has none. */
const host: Partial<NodeJS.Process> | undefined = globalThis.process;

/** A variable of the environment; none where there is no environment. */
export const environmentVariable = (name: string): string | undefined => host?.env?.[name];

/** A warning of the process, or of the page. */
export function warn(text: string): void {
  if (host?.emitWarning !== undefined) process.emitWarning(text, "RuminateWarning");
  else console.warn(text);
}
