import { z } from "zod";

export const templateSchema = z.strictObject({
  name: z.string().min(1),
  when: z.string().min(1).describe("what problems it fits; what questions are compared with"),
  thought: z.string().min(1).describe("how such problems are solved, in general words"),
});
export type ThoughtTemplate = z.infer<typeof templateSchema>;

/** A small store to begin with: the ways in which school problems are mostly solved. */
export const SCHOOL_TEMPLATES: readonly ThoughtTemplate[] = [
  {
    name: "running total",
    when: "A quantity changes several times: some are bought, sold, given away, lost or found, and the number left at the end is asked.",
    thought:
      "Write down the quantity at the start. Go through the changes in the order in which they happen and write the new quantity after each. The last one answers the question; check that it is of what was asked.",
  },
  {
    name: "rate and time",
    when: "Something happens at a constant speed or rate: kilometres per hour, pages per day, litres per minute, pay per hour; a distance, amount or time is asked.",
    thought:
      "Name the rate with its unit. Bring all times and amounts to the units of the rate. Use amount = rate * time, solved for what is asked. Rates that work together add.",
  },
  {
    name: "price and change",
    when: "Several items are bought at prices each, with discount, tax or change; the total cost, the money left or the profit is asked.",
    thought:
      "For each kind of item multiply number by price. Add them up. Apply discounts and taxes as percentages of the sum they refer to. Subtract from the money there is, or the costs from the income, if change or profit is asked.",
  },
  {
    name: "parts of a whole",
    when: "A fraction, a percentage or a ratio of a group has some property, and how many there are in a part or in the whole is asked.",
    thought:
      "Say what the whole is at each step, as it may change. Multiply the whole by the fraction to get the part, or divide the part by the fraction to get the whole. The parts must add up to the whole.",
  },
  {
    name: "comparison",
    when: "One quantity is given by another: twice as many, three fewer than, half as old as; one of them or their sum is asked.",
    thought:
      "Name each quantity by a letter and write each sentence as an equation. Begin with the quantity whose number is given and work out the others from it in turn. Combine them as the question asks.",
  },
  {
    name: "unknown in an equation",
    when: "An equation or a condition holds for an unknown number; solve for x, find the value that makes it true.",
    thought:
      "Write the condition as an equation. Undo the operations around the unknown one after another on both sides, or factor. Put each solution back into the original condition and drop those that fail it.",
  },
  {
    name: "counting",
    when: "How many ways, arrangements, pairs, subsets or numbers with a property there are, or the probability of an event.",
    thought:
      "Describe one outcome as a row of independent choices and multiply the number of options. Divide by the number of orders if order does not matter. Split into cases that do not overlap where choices depend on each other. A probability is favourable outcomes over all.",
  },
  {
    name: "figure and formula",
    when: "Lengths, angles, areas or volumes of a triangle, circle, rectangle or solid are given and another one is asked.",
    thought:
      "Draw the figure and name its parts. List the formulas that tie what is given to what is asked (Pythagoras, similarity, sums of angles, areas). Put the numbers in and solve for what is asked.",
  },
];
