import { defineDataset } from "../../src/core/dataset.ts";
import { type ProblemRow, problemOf } from "../../src/core/problem.ts";
import { selectionSchema, selectProblems } from "./selection.ts";

/** One problem: its text, its answer, and the arithmetic that leads there. */
type Entry = readonly [slug: string, text: string, answer: number, solution: string];

const entries: readonly Entry[] = [
  [
    "bakery-trays",
    "A bakery bakes 6 trays of rolls with 24 rolls on each tray. By noon it has sold 95 rolls, and it gives 9 rolls to a shelter. How many rolls are left?",
    40,
    "6 × 24 = 144 rolls. 144 − 95 − 9 = 40.",
  ],
  [
    "library-fines",
    "Amara returns 3 books that are each 4 days late and 2 books that are each 7 days late. The library charges 5 cents per book per day. How many cents does she owe?",
    130,
    "3 × 4 + 2 × 7 = 26 book days. 26 × 5 = 130 cents.",
  ],
  [
    "bus-stops",
    "A bus leaves the station with 18 passengers. At the first stop 7 get off and 11 get on. At the second stop half of the passengers get off and 4 get on. How many passengers are on the bus now?",
    15,
    "18 − 7 + 11 = 22. Half of 22 get off: 11 stay. 11 + 4 = 15.",
  ],
  [
    "garden-fence",
    "A rectangular garden is 12 metres long and 8 metres wide. A fence goes all the way around except for a gate 2 metres wide. The fence costs 15 dollars per metre. How many dollars does the fence cost?",
    570,
    "Around: 2 × (12 + 8) = 40 metres. Without the gate: 38 metres. 38 × 15 = 570.",
  ],
  [
    "marble-shares",
    "Jonas has three times as many marbles as Priya. Together they have 64 marbles. Jonas gives Priya 10 of his. How many marbles does Jonas have now?",
    38,
    "4 equal parts of 64 are 16 each: Priya 16, Jonas 48. 48 − 10 = 38.",
  ],
  [
    "weekly-running",
    "On Monday Lucia runs 4 kilometres. On each following day she runs 2 kilometres more than the day before. How many kilometres does she run in total from Monday to Friday?",
    40,
    "4 + 6 + 8 + 10 + 12 = 40.",
  ],
  [
    "concert-tickets",
    "A school sells 120 concert tickets. Two thirds of them are student tickets at 5 dollars each, and the rest are adult tickets at 9 dollars each. How many dollars does the school take in?",
    760,
    "Students: 120 × 2 ÷ 3 = 80, 80 × 5 = 400. Adults: 40 × 9 = 360. 400 + 360 = 760.",
  ],
  [
    "bottle-machine",
    "A machine fills 45 bottles every 3 minutes. It runs for 2 hours and then stands still for 30 minutes. How many bottles does it fill in those two and a half hours?",
    1800,
    "45 ÷ 3 = 15 bottles a minute. 2 hours are 120 minutes. 120 × 15 = 1800.",
  ],
  [
    "coat-discount",
    "A coat costs 80 dollars. In a sale its price drops by 25 percent, and a coupon then takes off another 6 dollars. Teo pays with a 100 dollar bill. How many dollars does he get back?",
    46,
    "25 percent of 80 is 20: 60 dollars. 60 − 6 = 54. 100 − 54 = 46.",
  ],
  [
    "sibling-ages",
    "Mina is 9 years old. Her brother is 4 years older than twice her age. How old will her brother be when Mina is 15?",
    28,
    "Her brother is 2 × 9 + 4 = 22. Mina is 15 in 6 years. 22 + 6 = 28.",
  ],
  [
    "egg-cartons",
    "A farmer collects 150 eggs a day for 6 days. He breaks 12 eggs in all and packs the rest into cartons of 12. He sells each carton for 3 dollars. How many dollars does he earn?",
    222,
    "150 × 6 − 12 = 888 eggs. 888 ÷ 12 = 74 cartons. 74 × 3 = 222.",
  ],
  [
    "paint-cans",
    "One can of paint covers 30 square metres. A hall has four walls, each 9 metres long and 5 metres high, and every wall needs two coats. How many cans of paint must be bought?",
    12,
    "One coat: 4 × 9 × 5 = 180 square metres. Two coats: 360. 360 ÷ 30 = 12.",
  ],
];

/** Twelve word problems written for ruminate: two to five steps each, integer answers, nothing to download. */
export const wordProblems = {
  ...defineDataset({
    name: "word-problems",
    summary: "Twelve grade-school word problems written for ruminate; nothing to download",
    licence: "Apache-2.0",
    generated: true,
    options: selectionSchema,
    load: async (_source, selection) => selectProblems(problems, selection).map(problemOf),
  }),
  grading: "number",
};

const problems: readonly ProblemRow[] = entries.map(([slug, text, answer, solution]) => ({
  id: `word-problems-${slug}`,
  text,
  kind: "number",
  reference: { answer: String(answer), solution },
}));
