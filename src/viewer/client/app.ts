/// <reference lib="dom" />
import { render, type VNode } from "preact";
import { useEffect } from "preact/hooks";
import { html } from "./html.ts";
import { ComparisonPage, ProblemsPage, RunsPage } from "./lists.ts";
import { ProblemPage } from "./problem.ts";
import { address, useRoute } from "./route.ts";

/** runs → comparison → problem → candidates and tree. */
function App(): VNode {
  const { parts, query } = useRoute();
  const [kind, run, what, dataset, problem] = parts;
  const inRun = kind === "run" && run !== undefined;
  const path = parts.join("/");
  useEffect(() => {
    document.title = inRun ? `${problem ?? what ?? run} · ruminate` : "ruminate";
    scrollTo(0, 0);
  }, [path]);
  const page = (): VNode => {
    if (!inRun) return html`<${RunsPage} />`;
    if (what === "problems") return html`<${ProblemsPage} run=${run} query=${query} />`;
    if (what === "problem" && dataset !== undefined && problem !== undefined) {
      return html`<${ProblemPage} run=${run} dataset=${dataset} problem=${problem} query=${query} />`;
    }
    return html`<${ComparisonPage} run=${run} />`;
  };
  const current = (yes: boolean) => (yes ? "page" : undefined);
  return html`<div>
    <a class="skip" href="#content" onClick=${(event: Event) => {
      event.preventDefault();
      document.getElementById("content")?.focus();
    }}>Skip to content</a>
    <header class="bar">
      <a class="brand" href="#/">ruminate</a>
      <nav aria-label="Viewer">
        <a href="#/" aria-current=${current(!inRun)}>Runs</a>
        ${
          inRun
            ? html`<a href=${address(["run", run])} aria-current=${current(what === undefined)}>${run}</a>
              <a href=${address(["run", run, "problems"])} aria-current=${current(what === "problems")}>Problems</a>`
            : ""
        }
        ${problem === undefined ? "" : html`<span class="quiet">${problem}</span>`}
      </nav>
    </header>
    <main id="content" tabindex="-1">${page()}</main>
  </div>`;
}

const place = document.getElementById("app");
if (place !== null) {
  place.textContent = "";
  render(html`<${App} />`, place);
}
