import { outsideFormulas, rewriting } from "./perturbation.ts";

/** Given names that occur in word problems, and those put in their place; no name is in both lists of its kind. */
const women =
  "Amy Anna Betty Carla Emily Emma Janet Jane Jenny Jessica Julia Kate Katie Lisa Lucy Maria Martha Mary Melissa Nancy Rachel Sally Sarah Sara Susan Tina Wendy".split(
    " ",
  );
const men =
  "Adam Andrew Ben Bill Bob Brian Carlos Chris Daniel Dan David Eric Frank George Henry Jack Jake James Jason Jerry Jim John Josh Kevin Mark Matt Michael Mike Paul Peter Robert Sam Steve Tim Toby Tom Tommy Tony".split(
    " ",
  );
const newWomen =
  "Aiko Beatriz Chiamaka Dalia Eszter Fatima Greta Hana Ingrid Jamila Kavya Leilani Mirela Nadia Oksana".split(" ");
const newMen = "Akira Bogdan Chidi Diego Emeka Faisal Gustavo Hiroshi Ivan Jamal Kofi Leandro Mateo Nikolai Omar".split(
  " ",
);

/**
 * Every known given name exchanged for another of its kind, the same one each time: GSM-Symbolic's change of names
 * alone.
 */
export const names = rewriting("names", "other given names", (text, random) => {
  const supply = { women: random.shuffle(newWomen), men: random.shuffle(newMen) };
  const chosen = new Map<string, string>();
  const replacement = (name: string): string => {
    const kind = women.includes(name) ? "women" : men.includes(name) ? "men" : null;
    if (kind !== null && !chosen.has(name)) chosen.set(name, supply[kind].pop() ?? name);
    return chosen.get(name) ?? name;
  };
  return outsideFormulas(text, (prose) => prose.replace(/\b[A-Z][a-z]+\b/g, replacement));
});
