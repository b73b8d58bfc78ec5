import type { Random } from "../core/random.ts";
import { asShown, asUser } from "./asking.ts";
import { onlyTheQuestion } from "./rewriting.ts";

/** What a question is about, as a model names it. */
export interface Concepts {
  readonly topics: string[];
  readonly points: string[];
}

export const conceptMessages = (question: string) =>
  asUser(
    "Name what one has to know for this math question: one or two topics, and up to four knowledge points, short, in " +
      `two lines.\nTopics: …; …\nKnowledge points: …; …\n\nQuestion: ${question}`,
  );

/** Null where the reply has no topic or no knowledge point. */
export function conceptsIn(reply: string): Concepts | null {
  const listOf = (label: string): string[] => {
    const [, line = ""] = new RegExp(`^[\\s*#-]*${label}[\\s*]*:[\\s*]*(.+)$`, "im").exec(reply) ?? [];
    const names = line.split(/[;,]/).map((name) => name.replace(/[*.…]/g, "").trim().toLowerCase());
    return [...new Set(names.filter((name) => name !== ""))];
  };
  const concepts = { topics: listOf("topics?").slice(0, 2), points: listOf("knowledge points?").slice(0, 4) };
  return concepts.topics.length === 0 || concepts.points.length === 0 ? null : concepts;
}

/** What a walk came by, and the problem that has most in common with it. */
export interface Walk extends Concepts {
  readonly nearest: string;
}

/**
 * MathScale's concept graph (Tang et al. 2024, arXiv:2403.02884, section 2.2): topics and knowledge points, tied by the
 * number of questions that have both. A walk begins at a topic, drawn uniformly, goes one or two steps over topics, one
 * to a knowledge point, and up to four over knowledge points; the next is drawn with the softmax of log(count + ε), so
 * in proportion to count + ε, among the neighbours. The question is asked for with the problem whose concepts are
 * nearest (Jaccard) as the example.
 */
export class ConceptGraph {
  readonly #concepts: ReadonlyMap<string, Concepts>;
  readonly #topics: readonly string[];
  readonly #ties = new Map<string, Map<string, number>>();

  /** `concepts`: those of every problem, by its id. */
  constructor(concepts: ReadonlyMap<string, Concepts>) {
    this.#concepts = concepts;
    this.#topics = [...new Set([...concepts.values()].flatMap(({ topics }) => topics))].sort();
    for (const one of concepts.values()) {
      const names = [...one.topics.map(asTopic), ...one.points.map(asPoint)];
      for (const from of names) for (const to of names) if (from !== to) this.#tie(from, to);
    }
  }

  get size(): { readonly topics: number; readonly points: number } {
    const names = [...this.#ties.keys()];
    const points = names.filter((name) => name.startsWith("point ")).length;
    return { topics: this.#topics.length, points };
  }

  /** Null where there is no topic. */
  walk(random: Random): Walk | null {
    if (this.#topics.length === 0) return null;
    const topics = this.#steps([asTopic(random.choice(this.#topics))], "topic ", 1 + random.integer(2), random);
    const first = this.#steps(topics.slice(-1), "point ", 1, random).slice(1);
    const points = this.#steps(first, "point ", random.integer(5), random);
    const visited = new Set([...topics, ...points]);
    let [nearest, most] = ["", -1];
    for (const [id, one] of this.#concepts) {
      const own = [...one.topics.map(asTopic), ...one.points.map(asPoint)];
      const both = own.filter((name) => visited.has(name)).length;
      const share = both / (own.length + visited.size - both);
      if (share > most) [nearest, most] = [id, share];
    }
    return { topics: [...new Set(topics)].map(nameOf), points: [...new Set(points)].map(nameOf), nearest };
  }

  #steps(path: readonly string[], kind: string, steps: number, random: Random): string[] {
    const walked = [...path];
    for (let step = 0; step < steps; step++) {
      const ties = [...(this.#ties.get(walked.at(-1) ?? "") ?? [])].filter(([name]) => name.startsWith(kind));
      if (ties.length === 0) break;
      walked.push(ties[random.weighted(ties.map(([, count]) => count + epsilon))]?.[0] ?? "");
    }
    return walked;
  }

  #tie(from: string, to: string): void {
    const ties = this.#ties.get(from) ?? new Map<string, number>();
    this.#ties.set(from, ties);
    ties.set(to, (ties.get(to) ?? 0) + 1);
  }
}

const epsilon = 1e-5;
const asTopic = (name: string): string => `topic ${name}`;
const asPoint = (name: string): string => `point ${name}`;
const nameOf = (name: string): string => name.replace(/^\w+ /, "");

/** Asks for a question of these concepts. */
export const conceptQuestion = ({ topics, points }: Concepts, example: string) =>
  asShown(shownRequest, shownQuestion, request(topics, points, example));

const request = (topics: readonly string[], points: readonly string[], example: string) =>
  "Write a new math question with one answer for students.\n" +
  `Topics: ${topics.join("; ")}\nKnowledge points: ${points.join("; ")}\n` +
  `It should be unlike this one: ${example}\n${onlyTheQuestion}`;

const shownRequest = request(
  ["baking", "sales"],
  ["multiplication", "percentages"],
  "A train runs 90 kilometres in an hour and then 40 kilometres in half an hour. How far does it run in all?",
);
export const shownQuestion =
  "A baker fills 5 trays with 12 rolls each and sells 75 % of the rolls before noon. How many rolls are left for the afternoon?";
