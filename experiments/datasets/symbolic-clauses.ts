import { add, divide, multiply, ofInteger, type Rational, show, subtract, zero } from "../../src/answer/rational.ts";
import type { Random } from "../../src/core/random.ts";

/** The words drawn once for a story. */
export interface Names {
  readonly person: string;
  readonly friend: string;
  readonly thing: string;
  readonly place: string;
}

/** A sentence of the story and what it does to the amount. */
export interface Sentence {
  readonly text: string;
  readonly value: Rational;
  /** The arithmetic of the step, as in "12 - 5". */
  readonly working: string;
}

/** One step of a story: from the amount so far to the next. */
export type Clause = (random: Random, value: Rational, names: Names) => Sentence;

export interface Template {
  readonly name: string;
  names(random: Random): Names;
  opening(random: Random, names: Names): { readonly text: string; readonly value: Rational };
  /** Five; a problem tells the first few. */
  readonly clauses: readonly Clause[];
  /** Clauses about the story that change nothing. */
  readonly idle: readonly ((random: Random, names: Names) => string)[];
  /** What is asked after the first `count` clauses. */
  question(names: Names, count: number): string;
  /** The amount may be cut into fractions. */
  readonly divisible?: boolean;
}

const people = "Amara Bjorn Chloe Dmitri Elena Farid Greta Hiro Ines Jonas Keiko Luca Mina Nadia Oscar Priya".split(
  " ",
);

export const drawNames =
  (things: readonly string[], places: readonly string[]) =>
  (random: Random): Names => {
    const [person = "", friend = ""] = random.shuffle(people);
    return { person, friend, thing: random.choice(things), place: random.choice(places) };
  };

export const between = (random: Random, least: number, most: number): number =>
  least + random.integer(most - least + 1);

type Wording = (number: number, names: Names) => string;

export const plus =
  (least: number, most: number, wording: Wording): Clause =>
  (random, value, names) => {
    const number = between(random, least, most);
    return {
      text: wording(number, names),
      value: add(value, ofInteger(number)),
      working: `${inBrackets(value)} + ${number}`,
    };
  };

export const minus =
  (least: number, most: number, wording: Wording): Clause =>
  (random, value, names) => {
    const number = between(random, least, most);
    return {
      text: wording(number, names),
      value: subtract(value, ofInteger(number)),
      working: `${inBrackets(value)} - ${number}`,
    };
  };

export const times =
  (least: number, most: number, wording: Wording): Clause =>
  (random, value, names) => {
    const number = between(random, least, most);
    return {
      text: wording(number, names),
      value: multiply(value, ofInteger(number)),
      working: `${inBrackets(value)} × ${number}`,
    };
  };

/** What is left after one `number`-th part is gone. */
export const lessPart =
  (least: number, most: number, wording: Wording): Clause =>
  (random, value, names) => {
    const number = between(random, least, most);
    const part = divide(value, ofInteger(number)) ?? zero;
    return {
      text: wording(number, names),
      value: subtract(value, part),
      working: `${inBrackets(value)} - ${inBrackets(value)}/${number}`,
    };
  };

export const over =
  (least: number, most: number, wording: Wording): Clause =>
  (random, value, names) => {
    const number = between(random, least, most);
    return {
      text: wording(number, names),
      value: divide(value, ofInteger(number)) ?? zero,
      working: `${inBrackets(value)} ÷ ${number}`,
    };
  };

/** `outer` groups of `inner` each join. */
export const plusGroups =
  (outerMost: number, innerMost: number, wording: (outer: number, inner: number, names: Names) => string): Clause =>
  (random, value, names) => {
    const [outer, inner] = [between(random, 2, outerMost), between(random, 3, innerMost)];
    const value2 = add(value, ofInteger(outer * inner));
    return { text: wording(outer, inner, names), value: value2, working: `${inBrackets(value)} + ${outer} × ${inner}` };
  };

const inBrackets = (value: Rational): string => (value.d === 1n ? show(value) : `(${show(value)})`);

const parts = ["", "", "half", "a third", "a quarter", "a fifth", "a sixth"];
export const part = (number: number): string => parts[number] ?? `1/${number}`;
