import { csharp } from "./csharp.ts";
import type { Written } from "./written.ts";

/** Languages whose twenty answers and tricks have a file of their own. */
export const more = { csharp } as const satisfies Readonly<Record<string, Written>>;

export type MoreLanguage = keyof typeof more;

export const moreLanguages = Object.keys(more) as readonly MoreLanguage[];

export const writtenIn = (language: string): Written | undefined =>
  moreLanguages.map((name) => (name === language ? more[name] : undefined)).find((one) => one !== undefined);
