import { evaluated } from "./calculus.ts";
import type { Expression } from "./expression.ts";
import { parseExpression } from "./parse.ts";
import { wordKey } from "./words.ts";

/** Segments and other names of several capitals: AB, XYZ. */
const capitals = /^[A-Z]{2,4}$/;

/** A function or measure of something: f(2), P(A \cap B), f^{-1}(x), g'(x), \mathbb{E}[X], n(A), \det(A). */
const applied =
  /^(?:\\mathbb\s*\{?[PE]\}?|\\(?:operatorname|mathrm|text)\s*\{[A-Za-z]+\}|\\(?:Pr|det|deg|dim|gcd)|Pr|Var|Cov|[fghFGHPEQSVTN]|[a-z](?=\s*\([A-Z]\)$))(?:_\s*\{?\w+\}?)?(?:\s*'+|\s*\^\s*\{\s*(?:-1|\(\d\))\s*\})?\s*(?:\(.{1,40}\)|\[.{1,40}\])$/;

/** Sizes: |AB|, |\vec{a}|, |z|, [ABC]. */
const sized =
  /^\|\s*(?:[A-Z]{1,3}|\\(?:vec|overrightarrow|overline)\s*\{?\w{1,2}\}?|z(?:_\{?\w\}?)?|[a-w])\s*\|$|^\[[A-Z]{3,6}\]$/;

/** A trigonometric value of one angle: \sin\theta, \tan A, \cos\angle ABC. */
const trigonometric =
  /^\\(?:sin|cos|tan|cot|sec|csc)\s*(?:\(?\s*(?:\\(?:alpha|beta|gamma|theta|phi|varphi)|[A-Z]|\\angle\s*[A-Z]{1,3})\s*\)?)$/;

/** Limits and sums whose value nobody works out here: the other side says it. */
const operation = /^\\(?:lim|limsup|liminf|int|iint|oint|sum|prod)(?![A-Za-z])/;

/**
 * What a side that is only a name goes by ("x", "f(x)", "m_{\max}", "\angle ABC", "|CD|", "\frac{AM}{MB}", "S_1 : S_2",
 * "P(A)", "Area"), or null for a side that says more.
 */
export function nameOf(side: string): string | null {
  const text = side.trim();
  if (text.length === 0 || text.length > 80 || /^[-+]/.test(text)) return null;
  const bare = text.replace(/[\s{}]/g, "");
  if (/^(?:m\s*)?\\angle|^\\triangle|^\\(?:overline|overrightarrow|widehat)\s*\{[A-Z ]+\}$/.test(text)) return bare;
  if (sized.test(text) || trigonometric.test(text)) return bare;
  if (operation.test(text)) return evaluated(text) === null ? bare : null;
  if (applied.test(text) && balanced(text)) return text.replace(/\s/g, "");
  const parts = text.split(/\s*:\s*/);
  if (parts.length > 1 && parts.length < 5) return parts.every((part) => nameOf(part) !== null) ? bare : null;
  const node = parseExpression(text);
  if (node !== null) return nameOfNode(node, text);
  const key = wordKey(text);
  return /^[a-z][a-z ]*$/.test(key) && !/[+*/^=]/.test(text.replace(/\\[a-z]+/g, "")) ? key : null;
}

function nameOfNode(node: Expression, text: string): string | null {
  if (node.type === "symbol") return node.name;
  if (node.type === "call" && node.name.startsWith("apply ")) return text.replace(/\s/g, "");
  if (capitals.test(text)) return text;
  // A change in a quantity: \Delta p.
  if (node.type === "product" && /^\\Delta\s*[A-Za-z](?:_\{?\w+\}?)?$/.test(text)) return text.replace(/\s/g, "");
  if (node.type === "product" && /^\\?[A-Za-z]+\s*(?:_\{?\w+\}?)?\s*\([a-z](?:,\s*[a-z])*\)$/.test(text))
    return text.replace(/\s/g, "");
  return node.type === "quotient" ? ratioName(text) : null;
}

/** The ratio of two named quantities: \frac{AM}{MB}, S_1/S_2, \frac{a}{b}. */
function ratioName(text: string): string | null {
  const quotient =
    /^\\frac\s*\{([^{}]+(?:\{[^{}]*\}[^{}]*)?)\}\s*\{([^{}]+(?:\{[^{}]*\}[^{}]*)?)\}$|^([^/]+)\/([^/]+)$/.exec(text);
  const parts = [quotient?.[1] ?? quotient?.[3], quotient?.[2] ?? quotient?.[4]].map((part) => part?.trim() ?? "");
  const simple = (part: string) => /^(?:[A-Z]{1,4}|[A-Za-z](?:_(?:\w|\{[^{}]+\}))?)$/.test(part);
  return parts.every(simple) && parts[0] !== parts[1] ? `${parts[0]}/${parts[1]}` : null;
}

/** Does the last bracket close the first one: f(x), not f(x)g(x)? */
function balanced(text: string): boolean {
  const open = text.search(/[([]/);
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (/[([]/.test(text[i] ?? "")) depth++;
    else if (/[)\]]/.test(text[i] ?? "") && --depth === 0) return i === text.length - 1;
  }
  return false;
}
