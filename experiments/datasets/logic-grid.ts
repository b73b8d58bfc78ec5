import { z } from "zod";
import { defineDataset } from "../../src/core/dataset.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { Random } from "../../src/core/random.ts";
import { withOptions } from "./choices.ts";
import { allWorlds, type Clue, cluesOf, type World } from "./logic-clues.ts";
import { selectionShape, selectProblems } from "./selection.ts";

const options = z.strictObject({
  ...selectionShape,
  count: z.int().min(1).max(10_000).default(50).describe("grids to make"),
  people: z.int().min(3).max(5).default(3).describe("people in a row"),
  attributes: z.int().min(1).max(3).default(2).describe("things known of each: pet, drink, color"),
});
type Options = z.output<typeof options>;

/**
 * Logic grids ("zebra puzzles"): people stand in a row, each with a pet, a drink and a color; the clues leave exactly
 * one arrangement, which is checked against all, and no clue can be spared. Drawn by `seed`.
 */
export const logicGrid = {
  ...defineDataset<Options>({
    name: "logic-grid",
    summary: "Zebra puzzles with exactly one solution and no spare clue",
    licence: "Apache-2.0",
    generated: true,
    options: options.refine(({ people, attributes }) => people < 5 || attributes === 1, {
      error: "five people go with one attribute only: more would take too long to check",
      path: ["attributes"],
    }),
    async load(_source, chosen) {
      const worlds = allWorlds(chosen.people, chosen.attributes + 1);
      const grids = Array.from({ length: chosen.count }, (_, index) => makeGrid(chosen, worlds, index));
      return selectProblems(grids, chosen).map(problemOf);
    },
  }),
  grading: "letter",
};

const people = "Ada Ben Cleo Dan Eve Finn Gus Hana".split(" ");
const attributes: readonly (readonly [noun: string, verb: string, values: readonly string[]])[] = [
  ["pet", "keeps the", ["cat", "dog", "parrot", "rabbit", "turtle", "hamster"]],
  ["drink", "drinks", ["tea", "coffee", "milk", "water", "juice", "cocoa"]],
  ["color", "wears", ["red", "blue", "green", "yellow", "black", "white"]],
];

function makeGrid(
  { people: size, attributes: kinds, seed }: Options,
  worlds: readonly World[],
  index: number,
): ProblemRow {
  const random = new Random(`logic-grid/${seed}/${size}/${kinds}/${index}`);
  const values = [people, ...attributes.slice(0, kinds).map(([, , all]) => all)].map((all) =>
    random.shuffle(all).slice(0, size),
  );
  const truth = random.choice(worlds);
  const clues = necessary(random.shuffle(cluesOf(truth)), worlds);
  const [person, asked] = unstated(clues, size, kinds, random);
  const name = (row: number, value: number): string => values[row]?.[value] ?? "";
  const verb = (row: number): string => attributes[row - 1]?.[1] ?? "";
  const who = (row: number, value: number): string =>
    row === 0 ? name(0, value) : `the person who ${verb(row)} ${name(row, value)}`;
  const stem = [
    `${size} people stand in a row from left to right: ${listed(values[0] ?? [], random)}, in some order.`,
    ...attributes
      .slice(0, kinds)
      .map(([noun], row) => `Each has another ${noun}: ${listed(values[row + 1] ?? [], random)}.`),
    ...clues.map((clue, number) => `${number + 1}. ${capital(clue.say(who))}`),
    `Which ${attributes[asked - 1]?.[0]} goes with ${name(0, person)}?`,
  ].join("\n");
  const choices = random.shuffle(values[asked] ?? []);
  const place = truth[0]?.[person] ?? 0;
  const answer = choices.indexOf(name(asked, truth[asked]?.indexOf(place) ?? 0));
  return {
    id: `logic-grid-${size}x${kinds}-${seed}-${index}`,
    text: withOptions(stem, choices),
    kind: "choice",
    choices,
    reference: { answer: String.fromCharCode(65 + answer) },
    tags: [`people:${size}`, `attributes:${kinds}`],
    difficulty: ((size - 3) * 3 + kinds - 1) / 8,
  };
}

/** A person and an attribute to ask for that no clue states outright, where there is one. */
function unstated(
  clues: readonly Clue[],
  size: number,
  kinds: number,
  random: Random,
): readonly [person: number, row: number] {
  const given = clues.flatMap(({ same }) => (same === undefined ? [] : [`${same[0][0]}/${same[0][1]}/${same[1][0]}`]));
  const all = Array.from({ length: size * kinds }, (_, index) => [index % size, 1 + Math.floor(index / size)] as const);
  const open = all.filter(([person, row]) => !given.includes(`0/${person}/${row}`));
  return random.choice(open.length > 0 ? open : all);
}

/** Clues in order until one world is left, then without each that is not needed. */
function necessary(clues: readonly Clue[], worlds: readonly World[]): readonly Clue[] {
  const chosen: Clue[] = [];
  let left = worlds;
  for (const clue of clues) {
    if (left.length === 1) break;
    const after = left.filter((world) => clue.holds(world));
    if (after.length < left.length) chosen.push(clue);
    left = after;
  }
  return chosen.reduce<readonly Clue[]>((kept, clue) => {
    const without = kept.filter((other) => other !== clue);
    return isUnique(without, worlds) ? without : kept;
  }, chosen);
}

/** Is exactly one world left? Stops at the second. */
export function isUnique(clues: readonly Clue[], worlds: readonly World[]): boolean {
  let found = 0;
  for (const world of worlds) {
    if (clues.every((clue) => clue.holds(world))) found += 1;
    if (found > 1) return false;
  }
  return found === 1;
}

const listed = (values: readonly string[], random: Random): string => random.shuffle(values).join(", ");
const capital = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);
