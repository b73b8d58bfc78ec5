import { papers } from "./papers.ts";

/** A paper that an arm follows. */
export interface Citation {
  readonly key: string;
  readonly entry: string;
}

/**
 * The papers that a catalogue's reference names, such as "Wang et al. 2022, arXiv:2203.11171; Fu et al. 2022", with
 * title and authors where {@link papers} has them. What is not known is not in the entry: one without a title is to be
 * completed by whoever looks it up.
 */
export function citationsOf(reference: string): Citation[] {
  return reference.split(/;\s*/).flatMap((part) => {
    const [, named = "", year = "", rest = ""] = /^(.+?)\s+((?:19|20)\d{2}),?\s*(.*)$/.exec(part.trim()) ?? [];
    if (named === "") return [];
    const eprint = /arXiv:(\d{4}\.\d{4,5})/.exec(rest)?.[1];
    const paper = eprint === undefined ? undefined : papers.get(eprint);
    const first = named.replace(/ et al\.$/, "").split(/\s+and\s+/);
    const listed = [...first, ...(named.endsWith("et al.") ? ["others"] : [])].join(" and ");
    const surname = first[0]?.split(" ").at(-1)?.toLowerCase() ?? "";
    const key = `${surname.replaceAll(/[^a-z]/g, "")}${year}${eprint === undefined ? "" : `:${eprint}`}`;
    const fields = [
      `author = {${paper?.authors ?? listed}}`,
      ...(paper === undefined ? [] : [`title = {{${escaped(paper.title)}}}`]),
      `year = {${year}}`,
      ...(eprint === undefined
        ? [`howpublished = {${escaped(rest)}}`]
        : [`eprint = {${eprint}}`, "archivePrefix = {arXiv}", `url = {https://arxiv.org/abs/${eprint}}`]),
    ];
    return [{ key, entry: `@misc{${key},\n  ${fields.join(",\n  ")}\n}\n` }];
  });
}

/** Signs that LaTeX reads as its own. */
const escaped = (text: string): string => text.replaceAll(/(?<!\\)[&%#_$]/g, "\\$&");
