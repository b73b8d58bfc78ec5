import type { ChatMessage } from "../chat/schema.ts";
import type { Keeper } from "../commons.ts";
import type { ResponseObject } from "./reply.ts";
import type { InputItem } from "./schema.ts";

export interface StoredResponse {
  /** The conversation up to and with the reply, without instructions. */
  readonly turns: readonly ChatMessage[];
  readonly response: ResponseObject;
}

/** Responses that may be read, or gone on from, by the key that made them. */
export type ResponseStore = Keeper<StoredResponse>;

/** An item of a kept response's output, by its id, which is that of its response with another first part. */
export async function storedItem(store: ResponseStore, id: string, owner: string): Promise<InputItem | undefined> {
  const [, key] = /^(?:msg|fc|rs)_([^_]+)/.exec(id) ?? [];
  if (key === undefined) return undefined;
  const stored = await store.get(`resp_${key}`, owner);
  if (stored !== undefined && id === `rs_${key}`) return { type: "reasoning", id };
  return stored?.response.output.find((item) => (item as { id?: unknown }).id === id) as InputItem | undefined;
}
