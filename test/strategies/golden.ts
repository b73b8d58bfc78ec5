import { readFileSync, writeFileSync } from "node:fs";

/** Cases by name, from a file with one JSON object a line: `case` is the name, the rest what was recorded. */
export function readGolden(file: string): Record<string, unknown> {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return Object.fromEntries(
    lines.map((line) => {
      const { case: name, ...recorded } = JSON.parse(line) as { readonly case: string };
      return [name, recorded];
    }),
  );
}

export function writeGolden(file: string, cases: Readonly<Record<string, object | undefined>>): void {
  const lines = Object.entries(cases).map(([name, recorded]) => `${JSON.stringify({ case: name, ...recorded })}\n`);
  writeFileSync(file, lines.join(""));
}
