/** The text before the stop text that comes first, and which that was. */
export function endBeforeStop(
  text: string,
  stops: readonly string[],
): { readonly text: string; readonly stop?: string } {
  let [end, found] = [text.length, undefined as string | undefined];
  for (const stop of stops) {
    const at = stop === "" ? -1 : text.indexOf(stop);
    if (at >= 0 && at < end) [end, found] = [at, stop];
  }
  return found === undefined ? { text } : { text: text.slice(0, end), stop: found };
}
