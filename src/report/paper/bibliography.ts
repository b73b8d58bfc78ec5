/** A paper that an arm follows. */
export interface Citation {
  readonly key: string;
  readonly entry: string;
}

/**
 * The papers that a catalogue's reference names, such as "Wang et al. 2022, arXiv:2203.11171; Fu et al. 2022". What is
 * known of each is in the entry and nothing else: authors as they are named here, the year, where it is to be had.
 * Titles are filled in by whoever looks it up.
 */
export function citationsOf(reference: string): Citation[] {
  return reference.split(/;\s*/).flatMap((part) => {
    const [, authors = "", year = "", rest = ""] = /^(.+?)\s+((?:19|20)\d{2}),?\s*(.*)$/.exec(part.trim()) ?? [];
    if (authors === "") return [];
    const eprint = /arXiv:(\d{4}\.\d{4,5})/.exec(rest)?.[1];
    const first = authors.replace(/ et al\.$/, "").split(/\s+and\s+/);
    const listed = [...first, ...(authors.endsWith("et al.") ? ["others"] : [])].join(" and ");
    const name =
      (first[0] ?? "")
        .split(" ")
        .at(-1)
        ?.toLowerCase()
        .replaceAll(/[^a-z]/g, "") ?? "";
    const key = `${name}${year}${eprint === undefined ? "" : `:${eprint}`}`;
    const fields = [
      `author = {${listed}}`,
      `title = {{${eprint === undefined ? rest : `arXiv:${eprint}`}}}`,
      `year = {${year}}`,
      ...(eprint === undefined
        ? []
        : [`eprint = {${eprint}}`, "archivePrefix = {arXiv}", `url = {https://arxiv.org/abs/${eprint}}`]),
    ];
    return [{ key, entry: `@misc{${key},\n  ${fields.join(",\n  ")}\n}\n` }];
  });
}
