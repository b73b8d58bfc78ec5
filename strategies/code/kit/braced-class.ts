import type { ClassText, Method } from "./class-text.ts";

/** The text with all that is quoted or commented blanked out, place by place, so that brackets can be counted. */
function withoutQuoted(source: string): string {
  const quoted = /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g;
  return source.replace(quoted, (found) => found.replace(/[^\n]/g, " "));
}

/** The place behind the bracket that closes the one at `open`; the text's end where none does. */
function closeOf(bare: string, open: number): number {
  let depth = 0;
  for (let at = open; at < bare.length; at++) {
    if (bare[at] === "{") depth += 1;
    if (bare[at] === "}" && --depth === 0) return at + 1;
  }
  return bare.length;
}

interface Member {
  readonly text: string;
  /** The head of a method with its parameters; null for fields, blocks and classes within. */
  readonly method: { readonly name: string; readonly parameters: string } | null;
}

/** The members of a class's body, each with the comments and annotations before it; joined they give the body. */
function membersOf(body: string): Member[] {
  const bare = withoutQuoted(body);
  const members: Member[] = [];
  let from = 0;
  let depth = 0;
  for (let at = 0; at < bare.length; at++) {
    const letter = bare[at] ?? "";
    if (letter === "(" || letter === "[") depth += 1;
    if (letter === ")" || letter === "]") depth -= 1;
    if (depth > 0 || !(letter === ";" || letter === "{")) continue;
    const end = letter === ";" ? at + 1 : closeOf(bare, at);
    const field = /^[^({]*=/.test(bare.slice(from, at));
    if (field && letter === "{") {
      at = end - 1;
      continue; // a field's value goes on to its semicolon
    }
    members.push({ text: body.slice(from, end), method: methodOf(bare.slice(from, at)) });
    from = end;
    at = end - 1;
  }
  return members;
}

function methodOf(head: string): Member["method"] {
  const plain = head.replace(/@\w+(?:\.\w+)*(?:\s*\([^()]*\))?/g, " ");
  if (/\b(?:class|interface|enum|record|namespace|struct)\s+\w+/.test(plain.split("(")[0] ?? "")) return null;
  const found = /^[^=]*?(\w+)\s*\(([\s\S]*)\)[^()]*$/.exec(plain);
  if (found === null) return null;
  return { name: found[1] ?? "", parameters: (found[2] ?? "").replace(/\s+/g, " ").trim() };
}

const bodyIn = (source: string, name: string): { readonly from: number; readonly to: number } | null => {
  const bare = withoutQuoted(source);
  const found = new RegExp(`\\b(?:class|interface|enum|record|struct)\\s+${name}\\b[^{;]*\\{`).exec(bare);
  if (found === null) return null;
  const open = found.index + found[0].length - 1;
  return { from: open + 1, to: closeOf(bare, open) };
};

/** A method's name, with its parameters where another has the same name. */
function namesOf(methods: readonly NonNullable<Member["method"]>[]): string[] {
  return methods.map(({ name, parameters }) =>
    methods.filter((other) => other.name === name).length > 1 ? `${name}(${parameters})` : name,
  );
}

/**
 * The class `name` in a text of a language with braces (Java, C#, C++, TypeScript …), taken apart at its own methods;
 * null where there is no such class or it has no method. Fields between methods come before the first one.
 */
export function readBracedClass(source: string, name: string): ClassText | null {
  const place = bodyIn(source, name);
  if (place === null) return null;
  const inside = source.slice(place.from, place.to).replace(/\}\s*$/, "");
  const members = membersOf(inside);
  const found = members.flatMap(({ text, method }) => (method === null ? [] : [{ text, method }]));
  if (found.length === 0) return null;
  const names = namesOf(found.map(({ method }) => method));
  const methods: Method[] = found.map(({ text }, i) => ({ name: names[i] ?? "", text: trimmed(text) }));
  const others = members.flatMap(({ text, method }) => (method === null ? [text] : []));
  return { head: source.slice(0, place.from) + others.join(""), methods, foot: "}" };
}

/** Without empty lines around it. */
const trimmed = (text: string): string => text.replace(/^(?:[ \t]*\n)+/, "").trimEnd();

/** The method `name` in a model's text, in a class or on its own; null where it has none of that name. */
export function bracedMethodIn(source: string, name: string): string | null {
  const bare = withoutQuoted(source);
  const classAt = /\b(?:class|interface|enum|record|struct)\s+(\w+)\b[^{;]*\{/.exec(bare)?.[1];
  const place = classAt === undefined ? null : bodyIn(source, classAt);
  const members = membersOf(place === null ? source : source.slice(place.from, place.to).replace(/\}\s*$/, ""));
  const [wanted = "", parameters] = name.split(/\((.*)\)$/);
  const named = members.filter(({ method }) => method?.name === wanted);
  const found = named.find(({ method }) => parameters === undefined || method?.parameters === parameters) ?? named[0];
  if (found === undefined) return null;
  const text = trimmed(found.text);
  return /^\s/.test(text) ? text : text.replace(/^(?=.)/gm, "    ");
}

/** A method's head alone, as a declaration. */
export function bracedSignature(text: string): string {
  const open = withoutQuoted(text).indexOf("{");
  return open < 0 ? text : `${text.slice(0, open).trimEnd()};`;
}
