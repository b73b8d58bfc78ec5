import type { Random } from "../../core/random.ts";

type Operator = "+" | "-" | "*" | "/";

/** A number of the question (by its place among them), an earlier result, or a number that stands in neither. */
type Operand = { readonly parameter: number } | { readonly result: number } | { readonly constant: number };

interface Operation {
  readonly operator: Operator;
  readonly left: Operand;
  readonly right: Operand;
}

/** What a solution computes, without the numbers of its question. */
export interface Template {
  readonly operations: readonly Operation[];
}

/** A question whose numbers are taken out: `pieces` stand around them. */
export interface NumberedQuestion {
  readonly pieces: readonly string[];
  readonly numbers: readonly number[];
}

const number = /(?<![\w.])\d[\d,]*(?:\.\d+)?/g;
const equation = /(-?\d[\d,]*(?:\.\d+)?)\s*([-+*/×÷])\s*(-?\d[\d,]*(?:\.\d+)?)\s*=\s*\$?(-?\d[\d,]*(?:\.\d+)?)/g;
const signs: Readonly<Record<string, Operator>> = { "×": "*", "÷": "/" };

export const numberOf = (text: string): number => Number(text.replaceAll(",", ""));

export function numberedQuestion(question: string): NumberedQuestion {
  return { pieces: question.split(number), numbers: (question.match(number) ?? []).map(numberOf) };
}

/** The question with these numbers, or with names in their place. */
export const filledIn = ({ pieces }: NumberedQuestion, values: readonly (number | string)[]): string =>
  pieces.map((piece, i) => `${piece}${values[i] ?? ""}`).join("");

const result = /=\s*\$?(-?\d[\d,]*(?:\.\d+)?)(?!\s*[-+*/×÷]\s*\(?\d|[\d.,]*\d)/g;

/** What a text's equations come to, in their order; a number that is reckoned with further is no result. */
export const resultsOf = (text: string): string[] => [...text.matchAll(result)].map(([, value]) => value ?? "");

/**
 * The template of a solution: an operand is an earlier result where one has its value, then a number of the question,
 * first one that no operand has had. Null where the text has other equations, a wrong one, or none.
 */
export function templateOf(text: string, numbers: readonly number[]): Template | null {
  const found = [...text.matchAll(equation)];
  if (found.length === 0 || found.length !== (text.match(/=/g) ?? []).length) return null;
  const operations: Operation[] = [];
  const results: number[] = [];
  const used = new Set<number>();
  const operandOf = (value: number): Operand => {
    const result = results.lastIndexOf(value);
    if (result >= 0) return { result };
    const free = numbers.findIndex((one, i) => one === value && !used.has(i));
    const parameter = free >= 0 ? free : numbers.indexOf(value);
    if (parameter < 0) return { constant: value };
    used.add(parameter);
    return { parameter };
  };
  for (const [, a = "", sign = "", b = "", c = ""] of found) {
    const operator = signs[sign] ?? (sign as Operator);
    const [left, right, claimed] = [numberOf(a), numberOf(b), numberOf(c)];
    if (Math.abs(applied(operator, left, right) - claimed) > 1e-9) return null;
    operations.push({ operator, left: operandOf(left), right: operandOf(right) });
    results.push(claimed);
  }
  return { operations };
}

function applied(operator: Operator, a: number, b: number): number {
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  return operator === "*" ? a * b : a / b;
}

/** Every result with these numbers in the question. */
export function computed({ operations }: Template, values: readonly number[]): number[] {
  const results: number[] = [];
  const operandValue = (operand: Operand): number => {
    if ("constant" in operand) return operand.constant;
    return ("result" in operand ? results[operand.result] : values[operand.parameter]) ?? Number.NaN;
  };
  for (const { operator, left, right } of operations)
    results.push(applied(operator, operandValue(left), operandValue(right)));
  return results;
}

/** As a function in Python whose arguments are the question's numbers. */
export function programOf({ operations }: Template, parameters: number): string {
  const names = parameterNames(parameters);
  const nameOf = (operand: Operand): string => {
    if ("constant" in operand) return String(operand.constant);
    return "result" in operand ? `result_${operand.result + 1}` : (names[operand.parameter] ?? "");
  };
  const lines = operations.map(
    ({ operator, left, right }, i) => `    result_${i + 1} = ${nameOf(left)} ${operator} ${nameOf(right)}`,
  );
  return `def solution(${names.join(", ")}):\n${lines.join("\n")}\n    return result_${operations.length}\n`;
}

export const parameterNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `number_${i + 1}`);

/**
 * Other numbers for the question, between half and twice its own: whole where those are, with results that are whole
 * and not negative where the solution's are. Null where none was found.
 */
export function otherNumbers(template: Template, numbers: readonly number[], random: Random): number[] | null {
  const before = computed(template, numbers);
  for (let tries = 0; tries < 500; tries++) {
    const drawn = numbers.map((value) => {
      const other = value * (0.5 + 1.5 * random.uniform());
      return Number.isInteger(value) ? Math.max(1, Math.round(other)) : Number(other.toFixed(2));
    });
    const results = computed(template, drawn);
    const alike = results.every((value, i) => {
      const was = before[i] ?? Number.NaN;
      return Number.isFinite(value) && (was < 0 || value >= 0) && (!Number.isInteger(was) || Number.isInteger(value));
    });
    if (alike && drawn.some((value, i) => value !== numbers[i])) return drawn;
  }
  return null;
}
