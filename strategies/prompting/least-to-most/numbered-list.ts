/** "1. …", "2) …", "- …", "Step 3: …", "Sub-question 4: …": one item a line. */
const ITEM = /^\s*(?:[*_#]*\s*)?(?:(?:\p{L}[\p{L}-]*\s+)?\d+\s*[.):](?!\d)|[-*•]\s)\s*(.+?)\s*$/u;

/** The items of a list in a text, at most `most`, emphasis marks removed; lines that are no items are passed over. */
export function readList(text: string, most: number): string[] {
  const items = text.split("\n").flatMap((line) => {
    const item = ITEM.exec(line)?.[1]
      ?.replace(/\*\*|__/g, "")
      .trim();
    return item === undefined || item === "" ? [] : [item];
  });
  return items.slice(0, most);
}
