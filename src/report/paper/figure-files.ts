import PDFDocument from "pdfkit";
import SVGtoPDF from "svg-to-pdfkit";
import { tokens } from "../styles.ts";

/** Colours of the light theme by their names in the report's style sheet. */
const colours = new Map(
  [...(tokens.split("@media")[0] ?? "").matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name = "", colour = ""]) => [
    name,
    colour,
  ]),
);

const font = "Helvetica, Arial, sans-serif";

/** A figure of the report as a file of its own: colours by value, a white ground, a font of its own. */
export function standaloneSvg(svg: string): string {
  const [, width = "960"] = /\bwidth="(\d+)"/.exec(svg) ?? [];
  const [, height = "350"] = /\bheight="(\d+)"/.exec(svg) ?? [];
  const head = /^<svg\b[^>]*>/.exec(svg)?.[0] ?? "<svg>";
  const named = /\bxmlns=/.test(head) ? head : head.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg"');
  const whole = named.replace(/ font-family="[^"]*"/, "").replace("<svg", `<svg font-family="${font}"`);
  const ground = `<rect width="${width}" height="${height}" fill="#ffffff"/>`;
  return `${whole}${ground}${svg.slice(head.length)}`
    .replaceAll("currentColor", colours.get("ink") ?? "#000000")
    .replaceAll(/var\(--([\w-]+)\)/g, (_, name: string) => colours.get(name) ?? "#000000");
}

/** Signs that the fonts which every reader of PDF has do not hold. */
const plain: Readonly<Record<string, string>> = { "−": "–", "≈": "~", Δ: "difference ", "≤": "<=", "≥": ">=" };

/** The same as a page of PDF, as large as the figure. The same figure gives the same bytes. */
export function figurePdf(svg: string, title: string): Promise<Buffer> {
  const [, width = "960"] = /\bwidth="(\d+)"/.exec(svg) ?? [];
  const [, height = "350"] = /\bheight="(\d+)"/.exec(svg) ?? [];
  const size: [number, number] = [Number(width), Number(height)];
  const info = { Title: title, Creator: "ruminate", Producer: "ruminate", CreationDate: new Date(0) };
  const page = new PDFDocument({ size, margin: 0, info });
  const parts: Buffer[] = [];
  return new Promise((resolve, reject) => {
    page.on("data", (part: Buffer) => parts.push(part));
    page.on("end", () => resolve(Buffer.concat(parts)));
    page.on("error", reject);
    const text = svg.replaceAll(/[−≈Δ≤≥]/g, (sign) => plain[sign] ?? sign);
    SVGtoPDF(page, text, 0, 0, { width: size[0], height: size[1], assumePt: true, fontCallback: () => "Helvetica" });
    page.end();
  });
}
