import { lookup } from "../core/lookup.ts";

/** A piece of a formula: a number literal, a name (of a symbol, constant or function) or a sign. */
export interface Token {
  readonly type: "number" | "name" | "sign";
  readonly text: string;
  /** Names that came as a LaTeX command: `\sin`, `\alpha`. */
  readonly command: boolean;
}

/** Functions of one value by all the names they go by. */
export const functions: Readonly<Record<string, string>> = lookup({
  sin: "sin",
  cos: "cos",
  tan: "tan",
  tg: "tan",
  cot: "cot",
  ctg: "cot",
  sec: "sec",
  csc: "csc",
  cosec: "csc",
  arcsin: "arcsin",
  asin: "arcsin",
  arccos: "arccos",
  acos: "arccos",
  arctan: "arctan",
  atan: "arctan",
  arccot: "arccot",
  sinh: "sinh",
  cosh: "cosh",
  tanh: "tanh",
  ln: "ln",
  log: "log",
  lg: "lg",
  exp: "exp",
  sqrt: "sqrt",
  cbrt: "cbrt",
  abs: "abs",
  floor: "floor",
  ceil: "ceil",
  factorial: "factorial",
  gcd: "gcd",
  lcm: "lcm",
  max: "max",
  min: "min",
  re: "re",
  im: "im",
  Re: "re",
  Im: "im",
});
const constants: Readonly<Record<string, string>> = lookup({
  pi: "pi",
  infinity: "infinity",
  infty: "infinity",
  inf: "infinity",
  oo: "infinity",
});
const greek = new Set(
  "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho varrho sigma tau upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell hbar nabla partial angle odot".split(
    " ",
  ),
);
const signsOfCommands: Readonly<Record<string, string>> = lookup({
  cdot: "*",
  times: "*",
  ast: "*",
  div: "/",
  lvert: "|",
  rvert: "|",
  vert: "|",
  lbrack: "[",
  rbrack: "]",
  lfloor: "⌊",
  rfloor: "⌋",
  lceil: "⌈",
  rceil: "⌉",
  circ: "°",
  bmod: "mod",
  mod: "mod",
});
/** Commands with groups after them that the parser knows. */
const structural = new Set(
  "frac sqrt binom overline dot ddot hat vec bar tilde mathcal mathrm operatorname text mathsf overrightarrow".split(
    " ",
  ),
);

/** Two-letter words that are no products. */
const shortWords = /^(?:no|on|of|to|in|it|is|at|an|am|do|go|up|us|we|he|be|by|my|or|if|so|as|me|ok|hi)$/i;

/** Would a person write this run of letters as a product of symbols? "RC", "xyz", "abc"; not "cat". */
function isProduct(run: string): boolean {
  if (run.length === 1) return true;
  if (run.length === 2) return true;
  const sorted = [...run].sort();
  const consecutive = sorted.every((c, i) => i === 0 || c.charCodeAt(0) === (sorted[i - 1] ?? "").charCodeAt(0) + 1);
  return consecutive || (run.length === 3 && !/[aeiouy]/i.test(run)) || (run.length === 3 && run === run.toUpperCase());
}

function lettersToTokens(run: string, alone: boolean): Token[] | null {
  const name = (text: string, command = true): Token => ({ type: "name", text, command });
  if (run === "mod" && !alone) return [{ type: "sign", text: "mod", command: true }];
  if (functions[run] !== undefined || constants[run] !== undefined) return [name(constants[run] ?? run)];
  if (greek.has(run) && run.length > 1) return [name(run)];
  const prefix = /^(arcsin|arccos|arctan|sin|cos|tan|cot|ln|log|exp|sqrt|pi)([a-zA-Z]{1,2})$/.exec(run);
  if (prefix !== null) return [name(prefix[1] ?? ""), ...[...(prefix[2] ?? "")].map((c) => name(c, false))];
  if (!isProduct(run) || (alone && shortWords.test(run))) return null;
  return [...run].map((c) => name(c, false));
}

const pattern =
  /\s+|([1-9]\d{0,2}(?:(?:,|\{,\})\d{3})+(?![\d,])(?:\.\d+)?|\d+\.\d+(?:[eE][-+]?\d{1,4}(?![\w.]))?|\d+[eE][-+]?\d{1,4}(?![\w.])|\d+\.(?!\d)|\d+|\.\d+)|\\([A-Za-z]+|[{}|])|([A-Za-z]+)|(\*\*)|([-+*/^_!'()[\]{}|,])/y;

/** Names with a module before them, as programs write them. */
const modules = /\b(?:np|numpy|math|sympy|sp)\.(?=[a-z])/g;

/**
 * A formula as tokens, or null where it holds anything that is no formula: prose, relations, unknown commands. Blanks
 * separate and vanish. At most `limit` tokens.
 */
export function tokenise(formula: string, limit = 1_500): Token[] | null {
  const text = formula.replace(modules, "");
  const tokens: Token[] = [];
  const alone = /^[A-Za-z]+$/.test(text);
  pattern.lastIndex = 0;
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (match === null || tokens.length > limit) return null;
    const [, number, command, letters, power, sign] = match;
    if (number !== undefined) tokens.push({ type: "number", text: number.replace(/,|\{,\}/g, ""), command: false });
    else if (power !== undefined) tokens.push({ type: "sign", text: "^", command: false });
    else if (sign !== undefined) tokens.push({ type: "sign", text: sign, command: false });
    else if (letters !== undefined) {
      const read = lettersToTokens(letters, alone);
      if (read === null) return null;
      tokens.push(...read);
    } else if (command !== undefined) {
      const token = commandToken(command);
      if (token === null) return null;
      tokens.push(token);
    }
  }
  return tokens;
}

function commandToken(command: string): Token | null {
  if (/^[{}|]$/.test(command)) return { type: "sign", text: command === "|" ? "|" : `\\${command}`, command: false };
  const sign = signsOfCommands[command];
  if (sign !== undefined) return { type: "sign", text: sign, command: true };
  const constant = constants[command];
  if (constant !== undefined) return { type: "name", text: constant, command: true };
  if (functions[command] !== undefined || greek.has(command) || structural.has(command))
    return { type: "name", text: command, command: true };
  return null;
}
