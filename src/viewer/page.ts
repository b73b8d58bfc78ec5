import { tokens } from "../report/styles.ts";
import { libraries, libraryPath } from "./assets.ts";

const styles = `${tokens}
header.bar { position: sticky; top: 0; z-index: 2; background: var(--paper); border-bottom: 1px solid var(--line); padding: 10px 24px; display: flex; gap: 6px 18px; align-items: baseline; flex-wrap: wrap; }
header.bar .brand { font-weight: 650; color: var(--ink); text-decoration: none; }
header.bar nav { display: flex; gap: 4px 14px; flex-wrap: wrap; font-size: 13.5px; align-items: baseline; }
main { max-width: 1240px; margin: 0 auto; padding: 22px 24px 80px; }
a[aria-current="page"] { color: var(--ink); text-decoration: none; font-weight: 600; }
form.filters { display: flex; gap: 8px 12px; flex-wrap: wrap; align-items: end; margin: 10px 0 6px; font-size: 13.5px; }
form.filters label, .choose label { display: grid; grid-template-columns: minmax(0, auto); gap: 2px; max-width: 100%; color: var(--quiet); }
select, input, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line); border-radius: 5px; padding: 4px 8px; max-width: 100%; height: 32px; box-sizing: border-box; }
button { cursor: pointer; } button:disabled { color: var(--quiet); cursor: default; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(290px, 1fr)); gap: 14px; padding: 0; list-style: none; }
.cards li { border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; }
.cards h2 { font-size: 16px; margin: 0 0 4px; }
.right { color: var(--good); } .wrong { color: var(--bad); }
.mark { display: inline-block; min-width: 3.4em; text-align: right; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(440px, 100%), 1fr)); gap: 26px; align-items: start; }
.side { min-width: 0; }
.choose { display: flex; gap: 10px; flex-wrap: wrap; font-size: 13.5px; margin-bottom: 8px; }
.question { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); border-radius: 6px; padding: 12px 14px; margin: 10px 0 18px; max-width: none; }
.candidate { border: 1px solid var(--line); border-radius: 6px; margin: 8px 0; padding: 0; }
h4.answer { margin: 14px 0 4px; font-weight: 600; overflow-wrap: anywhere; }
.expected .text { display: inline; }
.note > .text { display: inline; }
.candidate.picked { border-color: var(--link); box-shadow: inset 3px 0 0 var(--link); }
.candidate > summary { padding: 7px 12px; display: flex; gap: 4px 14px; flex-wrap: wrap; align-items: baseline; }
.candidate > .text { padding: 4px 12px 12px; }
.candidate .evidence { padding: 0 12px 8px; }
.evidence:empty { display: none; }
dl.score { margin: 4px 0 8px; font-size: 13.5px; gap: 2px 16px; }
.said .text { font-size: inherit; }
details.note { margin-bottom: 10px; }
.others { margin: 12px 0; } .others > summary { font-weight: 600; margin-bottom: 6px; }
ol.numbers { list-style: none; margin: 0; padding: 0; display: flex; flex-wrap: wrap; gap: 2px 10px; }
.prompt { margin: 4px 0 8px; font-size: 13.5px; }
.prompt > summary { color: var(--link); }
.messages { margin: 6px 0 0; padding: 10px 14px; background: var(--panel); border-radius: 6px; max-height: 340px; overflow: auto; }
.messages dl { margin: 0; } .messages dt { color: var(--quiet); font-size: 12.5px; } .messages dd { margin: 0 0 10px; font-size: 13.5px; } .messages dd:last-child { margin-bottom: 0; }
.now { border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px 8px; margin: 0 0 26px; }
.now h2 { margin: 0 0 8px; font-size: 17px; } .now h3 { margin: 14px 0 4px; }
.now progress { width: 100%; height: 10px; accent-color: var(--link); display: block; margin: 0 0 10px; }
.now dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(138px, 1fr)); gap: 8px 14px; margin: 0 0 10px; }
.now dl > div { min-width: 0; } .now dt { color: var(--quiet); font-size: 12.5px; } .now dd { margin: 0; overflow-wrap: anywhere; } .now td { white-space: nowrap; } .now dd small { color: var(--quiet); font-size: 12.5px; display: block; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; font-size: 14px; }
.text math { font-size: 1.05em; }
.tree { border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 460px; }
.tree svg { display: block; }
.tree line { stroke: var(--line); } .tree path { stroke: var(--quiet); stroke-opacity: .45; fill: none; }
.tree circle { stroke: var(--paper); stroke-width: 1; cursor: pointer; } .tree circle.chosen { fill: none; stroke: var(--ink); stroke-width: 2; pointer-events: none; }
.pager { display: flex; gap: 10px; align-items: center; margin: 10px 0; font-size: 13.5px; }
.skip { position: absolute; left: -999px; } .skip:focus { left: 12px; top: 6px; z-index: 3; background: var(--paper); padding: 4px 8px; }
@media (min-width: 900px) { tbody th a { white-space: nowrap; } }
@media (max-width: 640px) { main { padding: 16px 14px 60px; } header.bar { padding: 8px 14px; } h1 { font-size: 21px; } .now { padding: 12px 12px 6px; } .now table { font-size: 13px; } .now :is(th, td) { padding-left: 6px; padding-right: 6px; } }
`;

/**
 * The one page: everything else comes from this server. `nonce` lets its two inline parts through the policy that it is
 * sent with.
 */
export function pageHtml(nonce: string): string {
  const imports = Object.fromEntries(Object.keys(libraries).map((name) => [name, libraryPath(name)]));
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ruminate</title>
<link rel="icon" href="data:,">
<style nonce="${nonce}">${styles}</style>
<script type="importmap" nonce="${nonce}">${JSON.stringify({ imports })}</script>
<script type="module" src="/client/app.ts" nonce="${nonce}"></script>
</head>
<body><div id="app"><main><p>Loading …</p></main></div></body>
</html>
`;
}

/**
 * Nothing but this server may be asked, and no inline script runs but those with the nonce. Styles of elements are ours
 * (swatches).
 */
export const pagePolicy = (nonce: string): string =>
  `default-src 'none'; script-src 'self' 'nonce-${nonce}'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
