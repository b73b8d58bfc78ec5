const id = /\b(?:chatcmpl-[0-9a-f-]{36}|(?:resp|msg|fc|rs)_[0-9a-f]{32}(?:_\d+)?)/g;

/** Ids that a server has made up, in order, each once. */
export const idsIn = (text: string): readonly string[] => [...new Set(text.match(id) ?? [])];

/** A text with every known id replaced by what stands for it. */
export const withIds = (text: string, known: ReadonlyMap<string, string>): string =>
  text.replace(id, (found) => known.get(found) ?? found);
