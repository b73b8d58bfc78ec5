import { basename } from "node:path";
import { defineFileDataset } from "./file-dataset.ts";
import { selectionSchema } from "./selection.ts";

/**
 * MAWPS (Koncel-Kedziorski et al. 2016) as four sets, each a file: AddSub, MultiArith, SingleEq and SingleOp; the tag
 * `subset:…` tells them apart. Given a folder, all that are in it are read.
 */
export const mawps = defineFileDataset({
  name: "mawps",
  summary: "Classic arithmetic word problems: AddSub, MultiArith, SingleEq, SingleOp",
  licence: "Apache-2.0",
  citation: "Koncel-Kedziorski et al. 2016, MAWPS: A Math Word Problem Repository, NAACL",
  rows: 2065,
  grading: "number",
  upstream: "reasoning-machines/pal, datasets/mawps*.jsonl",
  files: ["addsub", "multiarith", "singleeq", "singleop"].flatMap((set) => [`mawps_${set}.jsonl`, `mawps${set}.jsonl`]),
  everyFile: true,
  options: selectionSchema,
  read: (row) => {
    const subset = /addsub|multiarith|singleeq|singleop/.exec(basename(row.file).toLowerCase())?.[0];
    return {
      id: `mawps-${subset ?? "row"}-${row.position}`,
      text: row.common?.question ?? row.text("input"),
      kind: "number",
      reference: { answer: row.common?.answer ?? row.text("target") },
      tags: subset === undefined ? undefined : [`subset:${subset}`],
    };
  },
});
