import type { SampleRequest } from "../../core/policy.ts";
import type { Completion } from "./completion.ts";
import type { Renderer } from "./render.ts";
import type { EndFacts } from "./usage.ts";

/** Finds out what a server does not say of the ends of its texts. */
export type EndReader = (completion: Completion, request: SampleRequest) => Promise<EndFacts | null>;

/**
 * For servers that count one sample of several and do not say what ended the others (llama.cpp): asks their tokenizer,
 * once for each token and stop text. A last token that spells nothing in the reply is the end of the text, unless what
 * it spells for the tokenizer stands in a stop text. Null where there is nothing to tell apart.
 */
export function endReader(renderer: Renderer): EndReader {
  const texts = new Map<number, Promise<string | null>>();
  const counts = new Map<string, Promise<number | null>>();
  const textOf = remembered(texts, (id) => renderer.text([id]));
  const countOf = remembered(counts, async (stop) => (await renderer.tokens(stop))?.length ?? null);
  return async ({ choices }, { stop = [] }) => {
    if (choices.length < 2 || stop.length === 0) return null;
    const silent = choices.filter(({ finish, logprobs }) => finish === "stop" && logprobs?.at(-1)?.token === "");
    const ids = [...new Set(silent.flatMap(({ lastId }) => (lastId === undefined ? [] : [lastId])))];
    const spelled = await Promise.all(ids.map(async (id) => ({ id, text: await textOf(id) })));
    const isEnd = (text: string | null) => text !== null && !(text !== "" && stop.some((one) => one.includes(text)));
    const stopped = choices.some(({ finish }) => finish === "stop");
    const [first, ...others] = stopped ? await Promise.all(stop.map(countOf)) : [];
    return {
      ends: new Set(spelled.filter(({ text }) => isEnd(text)).map(({ id }) => id)),
      stopTokens: others.every((count) => count === first) ? (first ?? null) : null,
    };
  };
}

/** The same answer for the same question; failures are answers that nobody knows, and are asked again. */
function remembered<Key, Value>(known: Map<Key, Promise<Value | null>>, find: (key: Key) => Promise<Value | null>) {
  return (key: Key): Promise<Value | null> => {
    const before = known.get(key);
    if (before !== undefined) return before;
    const found = find(key).catch(() => {
      known.delete(key);
      return null;
    });
    known.set(key, found);
    return found;
  };
}
