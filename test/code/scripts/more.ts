import { bash } from "./bash.ts";
import { csharp } from "./csharp.ts";
import { d } from "./d.ts";
import { ocaml } from "./ocaml.ts";
import type { Written } from "./written.ts";

/** Languages whose twenty answers and tricks have a file of their own. */
export const more = { bash, csharp, d, ocaml } as const satisfies Readonly<Record<string, Written>>;

export type MoreLanguage = keyof typeof more;

export const moreLanguages = Object.keys(more) as readonly MoreLanguage[];

export const writtenIn = (language: string): Written | undefined =>
  moreLanguages.map((name) => (name === language ? more[name] : undefined)).find((one) => one !== undefined);
