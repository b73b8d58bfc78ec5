/** What kind of value a parameter or a result is, where a language wants its type. */
export type Kind = "int" | "float" | "bool" | "text" | "ints" | "texts" | "rows" | "counts" | "maybe";

const kinds: Readonly<Record<string, readonly Kind[]>> = {
  add: ["int", "int", "int"],
  twice: ["int", "int"],
  is_even: ["int", "bool"],
  turned: ["ints", "ints"],
  join_texts: ["text", "text", "text"],
  total: ["ints", "int"],
  largest: ["ints", "int"],
  count_letter: ["text", "text", "int"],
  factorial: ["int", "int"],
  fibonacci: ["int", "int"],
  shouted: ["text", "text"],
  repeated: ["text", "int", "text"],
  evens: ["ints", "ints"],
  mean: ["ints", "float"],
  is_palindrome: ["text", "bool"],
  place_of: ["ints", "int", "int"],
  squares: ["int", "rows"],
  counts: ["texts", "counts"],
  half: ["float", "float"],
  first_above: ["ints", "int", "maybe"],
  lengths: ["texts", "ints"],
};

/** Of a task's parameters and, last, of what it returns. */
export const kindsOf = (name: string): readonly Kind[] => kinds[name] ?? [];

/** The kind of the values in a list of this kind. */
export const insideOf = (kind: Kind | undefined): Kind | undefined =>
  kind === "rows" ? "ints" : kind === "ints" || kind === "counts" ? "int" : kind === "texts" ? "text" : kind;
