/**
 * Colours, type and spacing of the report and of the viewer: one scale of type, quiet greys, colours only for arms and
 * verdicts.
 */
export const tokens = `
:root {
  color-scheme: light dark;
  --paper: #fdfdfc; --panel: #f5f5f3; --ink: #1c1d1f; --quiet: #5c6066; --line: #dcdcd8; --grid: #e9e9e6; --link: #0b5cad;
  --arm-0: #0068ad; --arm-1: #c04a00; --arm-2: #007a58; --arm-3: #a83a7e; --arm-4: #8a6200; --arm-5: #2b7fb8; --arm-6: #5d3a9b; --arm-7: #3d3f43;
  --good: #007a58; --bad: #b3370b; --warn-paper: #fff4dc; --warn-ink: #5c4300;
  --kind-right: #007a58; --kind-picked: #e0a100; --kind-none: #b7bcc3; --kind-unparsed: #a83a7e; --kind-undecided: #5d3a9b; --kind-error: #b3370b; --kind-refused: #1f5fa8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #17181a; --panel: #1f2123; --ink: #e8e8e6; --quiet: #a4a8ae; --line: #37393c; --grid: #2a2c2f; --link: #7db8f0;
    --arm-0: #5aaee6; --arm-1: #ff9a5c; --arm-2: #3ccfa4; --arm-3: #e89cc9; --arm-4: #e5bd4f; --arm-5: #9ad2f5; --arm-6: #b79bea; --arm-7: #d3d5d8;
    --good: #3ccfa4; --bad: #ff9a70; --warn-paper: #3a2f14; --warn-ink: #f3dca0;
    --kind-right: #2aa583; --kind-picked: #d9a520; --kind-none: #5b6067; --kind-unparsed: #d98abb; --kind-undecided: #a98be0; --kind-error: #ff8a5c; --kind-refused: #7fb0ec;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%;
}
h1 { font-size: 26px; line-height: 1.25; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 19px; line-height: 1.3; margin: 44px 0 10px; }
h3 { font-size: 15px; margin: 24px 0 6px; }
p { margin: 0 0 10px; max-width: 74ch; }
a { color: var(--link); }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 2px; }
.quiet { color: var(--quiet); }
.note { color: var(--quiet); font-size: 13px; max-width: 88ch; }
.scroll { overflow-x: auto; margin: 8px 0 10px; }
table { border-collapse: collapse; font-size: 13.5px; min-width: 100%; }
caption { text-align: left; font-weight: 600; padding: 0 0 6px; }
th, td { padding: 5px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-weight: 500; white-space: normal; vertical-align: bottom; min-width: 5.2em; }
th:first-child, td.words, th.words { text-align: left; }
tbody th { font-weight: 500; white-space: normal; min-width: 12em; padding-left: 17px; text-indent: -17px; }
thead th:first-child { padding-left: 0; }
tbody tr:hover { background: var(--panel); }
.swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; margin-right: 7px; }
.better { color: var(--good); font-weight: 600; } .worse { color: var(--bad); font-weight: 600; }
.warning { overflow-wrap: anywhere; background: var(--warn-paper); color: var(--warn-ink); padding: 9px 13px; border-radius: 6px; margin: 10px 0; max-width: none; }
figure { margin: 16px 0 26px; }
figure svg { display: block; min-width: 640px; max-width: 100%; height: auto; color: var(--ink); background: transparent; }
figure.small svg { min-width: 300px; }
figure .title { font-weight: 600; margin-bottom: 4px; }
figcaption { color: var(--quiet); font-size: 13px; max-width: 88ch; margin-top: 4px; }
.plot text { white-space: pre; }
.row { display: flex; flex-wrap: wrap; gap: 8px 36px; }
ul.legend { list-style: none; padding: 0; margin: 6px 0; display: flex; flex-wrap: wrap; gap: 4px 18px; font-size: 13px; }
pre { background: var(--panel); padding: 12px 14px; border-radius: 6px; overflow-x: auto; font: 12.5px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { font: 0.92em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
summary { cursor: pointer; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 10px 0; }
dl.facts dt { color: var(--quiet); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
`;

export const reportStyles = `${tokens}
main { max-width: 1080px; margin: 0 auto; padding: 34px 28px 80px; }
nav.contents { font-size: 13.5px; margin: 14px 0 4px; display: flex; flex-wrap: wrap; gap: 2px 16px; }
@media (max-width: 640px) { main { padding: 22px 16px 60px; } h1 { font-size: 22px; } }
@media print {
  :root { --paper: #fff; --panel: #f5f5f3; --ink: #000; --quiet: #444; --line: #ccc; --grid: #e5e5e5; --link: #000;
    --arm-0: #0068ad; --arm-1: #c04a00; --arm-2: #007a58; --arm-3: #a83a7e; --arm-4: #8a6200; --arm-5: #2b7fb8; --arm-6: #5d3a9b; --arm-7: #3d3f43; }
  main { max-width: none; padding: 0; } nav.contents { display: none; } body { font-size: 11px; } table { font-size: 10px; }
  .scroll { overflow: visible; } figure, tr { break-inside: avoid; } h2 { break-after: avoid; } figure svg { min-width: 0; }
}
`;
