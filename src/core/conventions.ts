/**
 * What a careful reader may decide either way. Each has a default; a caller who grades as another project does sets it
 * otherwise.
 */
export interface Conventions {
  /** Relative tolerance for numbers, where the problem allows one. 0: none. */
  readonly relativeTolerance: number;
  /**
   * `precise`: a decimal stands for a value that no decimal can write within 1e-6 (relative). `rounded`: also where it
   * is that value rounded to the decimal's own significant digits, at least two of them (0.33 for 1/3).
   */
  readonly decimals: "precise" | "rounded";
  /** `optional`: a unit on one side only does not count. `required`: it must be on both sides or on neither. */
  readonly units: "optional" | "required";
  /** `value`: 50% is 1/2. `ignored`: the sign is an ornament, 50% is also 50. */
  readonly percent: "value" | "ignored";
  /** `alike`: a matrix of one column or row is the tuple of its entries. `strict`: nobody can say. */
  readonly vectors: "alike" | "strict";
  /** `distinct`: 90° is 90 and not π/2. `convert`: a degree is π/180. */
  readonly angles: "distinct" | "convert";
  /**
   * `solutions`: among alternatives ("or"), tuples and systems a repeated member counts once, in a bare list of numbers
   * as often as it stands there. `once`: once everywhere. `counted`: always as often. Members of sets count once.
   */
  readonly repeats: "solutions" | "once" | "counted";
}

export const defaultConventions: Conventions = {
  relativeTolerance: 0,
  decimals: "precise",
  units: "optional",
  percent: "value",
  vectors: "alike",
  angles: "distinct",
  repeats: "solutions",
};

/** The conventions that options set, over the defaults; an undefined one is the default. */
export function withDefaults(set: Partial<Conventions>): Conventions {
  const given = Object.entries(set).filter(([name, value]) => name in defaultConventions && value !== undefined);
  return { ...defaultConventions, ...Object.fromEntries(given) };
}
