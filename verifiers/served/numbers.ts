import { sigmoid as logistic } from "../../src/core/score.ts";

/**
 * What reward models give. The three kinds are types of their own: nothing compares or mixes them, and only a declared
 * mapping makes a probability of the other two.
 */
export interface Probability {
  readonly kind: "probability";
  /** In [0, 1]. */
  readonly value: number;
}

/** Log-odds, or a raw score with no bounds. */
export interface Logit {
  readonly kind: "logit";
  readonly value: number;
}

/** In [-1, 1]: -1 surely wrong, 1 surely right. */
export interface Value {
  readonly kind: "value";
  readonly value: number;
}

export const probability = (value: number): Probability => ({ kind: "probability", value });
export const logit = (value: number): Logit => ({ kind: "logit", value });
export const value = (number: number): Value => ({ kind: "value", value: number });

export const sigmoid = ({ value: x }: Logit): Probability => probability(logistic(x));

/** (v + 1) / 2. */
export const shifted = ({ value: v }: Value): Probability => probability((v + 1) / 2);

/** The share of `good` in the softmax of the two. */
export const softmax = (good: Logit, bad: Logit): Probability => sigmoid(logit(good.value - bad.value));

/**
 * The share of `good` in two probabilities that need not add up to 1 (other tokens may have the rest). Null when both
 * are 0.
 */
export function share(good: Probability, bad: Probability): Probability | null {
  const mass = good.value + bad.value;
  return mass > 0 ? probability(good.value / mass) : null;
}

/** tanh(x / 5): how rStar-Math's head is bounded. */
export const squashed = ({ value: x }: Logit): Value => value(Math.tanh(x / 5));
