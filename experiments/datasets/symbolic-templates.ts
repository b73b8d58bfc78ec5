import { ofInteger } from "../../src/answer/rational.ts";
import {
  between,
  drawNames,
  lessPart,
  minus,
  over,
  part,
  plus,
  plusGroups,
  type Template,
  times,
} from "./symbolic-clauses.ts";

/** The stories. Each clause works on the amount so far; the order is part of the story. */
export const templates: readonly Template[] = [
  {
    name: "collection",
    names: drawNames(["stamps", "marbles", "postcards", "shells", "coins"], ["market", "museum", "school fair"]),
    opening: (random, { person, thing }) => {
      const number = between(random, 24, 96);
      return { text: `${person} has ${number} ${thing}.`, value: ofInteger(number) };
    },
    clauses: [
      plusGroups(
        8,
        12,
        (boxes, each, { person, thing, place }) =>
          `At the ${place} ${person} buys ${boxes} boxes with ${each} ${thing} each.`,
      ),
      minus(5, 30, (number, { person, friend, thing }) => `${person} gives ${number} ${thing} to ${friend}.`),
      lessPart(
        2,
        5,
        (number, { person, thing }) => `Then ${person} sells ${part(number)} of the ${thing} that are left.`,
      ),
      plus(6, 40, (number, { friend, person, thing }) => `${friend} brings ${person} ${number} more ${thing}.`),
      times(
        2,
        3,
        (number, { person, thing }) => `By the end of the year ${person} has ${number} times as many ${thing} as that.`,
      ),
    ],
    idle: [
      (random, { person, thing }) =>
        `${between(random, 3, 9)} of the first ${thing} that ${person} had are smaller than the others.`,
      (random, { friend, thing }) => `${friend}'s cousin owns ${between(random, 20, 80)} ${thing} too.`,
      (random, { person, place }) => `${person} spends ${between(random, 10, 50)} minutes at the ${place}.`,
    ],
    question: ({ person, thing }) => `How many ${thing} does ${person} have now?`,
  },
  {
    name: "savings",
    names: drawNames(["a bicycle", "a guitar", "a camera", "a tent"], ["bakery", "library", "garden center"]),
    opening: (random, { person, thing }) => {
      const number = between(random, 40, 150);
      return { text: `${person} is saving for ${thing} and has ${number} dollars.`, value: ofInteger(number) };
    },
    clauses: [
      plusGroups(
        9,
        15,
        (hours, pay, { person, place }) => `${person} works ${hours} hours at the ${place} for ${pay} dollars an hour.`,
      ),
      minus(8, 45, (number, { person }) => `${person} pays ${number} dollars for new shoes.`),
      times(2, 2, (_, { person }) => `An aunt then doubles all the money ${person} has.`),
      lessPart(2, 6, (number, { person }) => `${person} lends ${part(number)} of the money to a sister.`),
      plus(10, 60, (number, { person, friend }) => `${friend} pays back ${number} dollars owed to ${person}.`),
    ],
    idle: [
      (random, { friend, thing }) =>
        `${friend} says that ${thing} cost ${between(random, 20, 60)} dollars less ten years ago.`,
      (random, { person, place }) =>
        `The ${place} is ${between(random, 2, 12)} kilometers from the house of ${person}.`,
      (random) => `The sister is ${between(random, 12, 30)} years old.`,
    ],
    question: ({ person }) => `How many dollars does ${person} have now?`,
  },
  {
    name: "warehouse",
    names: drawNames(["bricks", "tiles", "lamps", "chairs"], ["harbor", "north gate", "building site"]),
    opening: (random, { thing }) => {
      const [rows, each] = [between(random, 6, 15), between(random, 8, 20)];
      return { text: `A warehouse has ${rows} shelves with ${each} ${thing} on each.`, value: ofInteger(rows * each) };
    },
    clauses: [
      minus(15, 60, (number, { thing, place }) => `A truck takes ${number} ${thing} to the ${place}.`),
      lessPart(
        2,
        4,
        (number, { thing }) => `A flood ruins ${part(number)} of the ${thing} that remain, and they are thrown away.`,
      ),
      plusGroups(
        6,
        25,
        (pallets, each, { thing }) => `The next day ${pallets} pallets with ${each} ${thing} each arrive.`,
      ),
      over(
        2,
        3,
        (number, { thing }) =>
          `All ${thing} are then shared equally among ${number} halls, and the others leave the first hall.`,
      ),
      minus(3, 12, (number, { person, thing }) => `${person} finds ${number} broken ${thing} there and removes them.`),
    ],
    idle: [
      (random, { thing }) => `${between(random, 4, 12)} of the ${thing} are painted in a darker color.`,
      (random, { person }) => `${person} has worked there for ${between(random, 2, 20)} years.`,
      (random, { place }) => `The drive to the ${place} takes ${between(random, 15, 55)} minutes.`,
    ],
    question: ({ thing }, count) =>
      `How many good ${thing} are there in the ${count < 4 ? "warehouse" : "first hall"} now?`,
  },
  {
    name: "travel",
    names: drawNames(["train", "ferry", "coach"], ["the coast", "the capital", "the mountains"]),
    opening: (random, { thing, place }) => {
      const number = between(random, 60, 180);
      return { text: `A ${thing} leaves for ${place} with ${number} passengers.`, value: ofInteger(number) };
    },
    clauses: [
      minus(10, 40, (number) => `At the first stop ${number} passengers get off.`),
      plusGroups(7, 9, (groups, each) => `At the second stop ${groups} groups of ${each} people each get on.`),
      lessPart(2, 5, (number) => `At the third stop ${part(number)} of the passengers get off.`),
      plus(5, 35, (number) => `At the fourth stop ${number} passengers get on.`),
      over(
        2,
        4,
        (number) => `At the border the passengers are split equally over ${number} vehicles of the same kind.`,
      ),
    ],
    idle: [
      (random, { thing }) => `The ${thing} stands for ${between(random, 3, 15)} minutes at each stop.`,
      (random) => `${between(random, 5, 9)} of the passengers who were on board from the start carry a suitcase.`,
      (random, { person, friend }) => `${person} writes ${between(random, 2, 8)} letters to ${friend} on the way.`,
    ],
    question: ({ thing }, count) => `How many passengers are then in ${count < 5 ? `the ${thing}` : "each vehicle"}?`,
  },
  {
    name: "harvest",
    names: drawNames(["apples", "pears", "plums", "lemons"], ["restaurant", "market", "juice press"]),
    opening: (random, { person, thing }) => {
      const [trees, each] = [between(random, 5, 14), between(random, 12, 40)];
      return {
        text: `${person} has ${trees} trees and picks ${each} ${thing} from each.`,
        value: ofInteger(trees * each),
      };
    },
    clauses: [
      lessPart(
        3,
        6,
        (number, { person, thing }) => `${person} puts aside ${part(number)} of the ${thing} for the winter.`,
      ),
      minus(10, 50, (number, { thing, place }) => `Of the rest, ${number} ${thing} go to the ${place}.`),
      plus(
        12,
        48,
        (number, { friend, person, thing }) =>
          `${friend}, who has too many, adds ${number} ${thing} to what ${person} has left.`,
      ),
      lessPart(2, 4, (number, { thing }) => `In a warm night ${part(number)} of these ${thing} go bad.`),
      over(
        2,
        6,
        (number, { thing, person }) =>
          `${person} packs the good ${thing} equally into ${number} baskets and keeps one basket.`,
      ),
    ],
    idle: [
      (random, { thing }) => `${between(random, 3, 9)} of the ${thing} from the first tree are smaller than usual.`,
      (random) => `The oldest tree was planted ${between(random, 20, 70)} years ago.`,
      (random, { friend, place }) => `${friend} walks ${between(random, 2, 9)} kilometers to the ${place} every week.`,
    ],
    question: ({ person, thing }) =>
      `Not counting what was put aside, how many good ${thing} does ${person} have in the end?`,
  },
  {
    name: "printing",
    names: drawNames(["posters", "leaflets", "booklets"], ["print shop", "town hall", "theater"]),
    opening: (random, { place, thing }) => {
      const [minutes, each] = [between(random, 6, 24), between(random, 5, 25)];
      const text = `A machine in the ${place} prints ${each} ${thing} a minute and runs for ${minutes} minutes.`;
      return { text, value: ofInteger(minutes * each) };
    },
    clauses: [
      minus(6, 25, (number, { thing }) => `A smear spoils ${number} ${thing}, which are discarded.`),
      times(
        2,
        4,
        (number, { thing }) => `Other machines work too, so that in all there are ${number} times as many ${thing}.`,
      ),
      minus(20, 60, (number, { person, thing }) => `${person} takes ${number} ${thing} to the schools.`),
      over(
        2,
        5,
        (number, { thing, person }) =>
          `The rest is made into ${number} equal stacks of ${thing}, and ${person} is given one of them.`,
      ),
      plusGroups(
        5,
        12,
        (packs, each, { thing, friend }) => `${friend} lays ${packs} packs of ${each} ${thing} on top of that stack.`,
      ),
    ],
    idle: [
      (random) => `The machine weighs ${between(random, 90, 400)} kilograms.`,
      (random, { thing }) => `${between(random, 10, 40)} percent of the ${thing} of last year were printed in blue.`,
      (random, { person }) => `${person} drinks ${between(random, 2, 5)} cups of tea meanwhile.`,
    ],
    question: ({ thing }, count) => `How many good ${thing} are there ${count < 4 ? "now" : "in that stack now"}?`,
  },
  {
    name: "rainwater",
    names: drawNames(["rainwater", "spring water"], ["garden", "greenhouse", "orchard"]),
    opening: (random, { thing, place }) => {
      const number = between(random, 60, 240);
      return { text: `A tank in the ${place} holds ${number} liters of ${thing}.`, value: ofInteger(number) };
    },
    clauses: [
      lessPart(3, 6, (number, { person }) => `${person} uses ${part(number)} of it for the flowers.`),
      plusGroups(6, 12, (days, each) => `Rain then adds ${each} liters a day for ${days} days.`),
      lessPart(2, 5, (number) => `Over the summer ${part(number)} of what is in the tank dries up.`),
      minus(3, 20, (number, { friend }) => `${friend} takes ${number} liters for the animals.`),
      over(2, 6, (number) => `The rest is poured equally into ${number} barrels.`),
    ],
    idle: [
      (random) => `The tank is ${between(random, 2, 15)} years old.`,
      (random, { person, place }) => `${person} has ${between(random, 10, 60)} plants in the ${place}.`,
      (random, { friend }) => `${friend} lives ${between(random, 2, 30)} minutes away.`,
    ],
    question: ({ thing }, count) =>
      `How many liters of ${thing} are then in ${count < 5 ? "the tank" : "each barrel"}?`,
    divisible: true,
  },
  {
    name: "ribbon",
    names: drawNames(["ribbon", "rope", "wire", "cloth"], ["workshop", "theater", "school"]),
    opening: (random, { person, thing }) => {
      const [rolls, each] = [between(random, 3, 9), between(random, 8, 30)];
      const text = `${person} has ${rolls} rolls of ${thing}, each ${each} meters long, and joins them into one piece.`;
      return { text, value: ofInteger(rolls * each) };
    },
    clauses: [
      minus(4, 15, (number, { person }) => `${person} cuts off and throws away ${number} meters.`),
      over(2, 4, (number, { person }) => `The rest is cut into ${number} equal pieces, of which ${person} keeps one.`),
      times(
        2,
        3,
        (number, { person, place }) => `At the ${place} ${person} exchanges it for a piece ${number} times as long.`,
      ),
      plus(2, 12, (number, { friend, thing }) => `${friend} ties ${number} more meters of ${thing} to its end.`),
      lessPart(2, 5, (number, { person }) => `In the end ${person} cuts off ${part(number)} of it for a neighbor.`),
    ],
    idle: [
      (random, { thing }) => `The ${thing} is ${between(random, 3, 9)} centimeters wide.`,
      (random, { friend }) => `${friend} has ${between(random, 2, 9)} pairs of scissors.`,
      (random, { place }) => `The ${place} opened ${between(random, 5, 90)} years ago.`,
    ],
    question: ({ person, thing }) => `How many meters long is the piece of ${thing} that ${person} has now?`,
    divisible: true,
  },
];
