import { mkdirSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startViewer, type Viewer } from "../../src/viewer/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";
import { needs } from "../needs.ts";
import { smallRun } from "../runs/small-run.ts";
import { launch, seriousViolations, watch } from "./browser.ts";

const looks = [
  { width: 1280, scheme: "light" },
  { width: 390, scheme: "dark" },
] as const;

describe("the viewer", () => {
  const folder = temporaryFolder();
  let viewer: Viewer;
  let browser: Browser | undefined;
  const opened = async () => {
    browser ??= await launch();
    return browser;
  };
  beforeAll(async () => {
    const out = join(folder, "small");
    mkdirSync(out);
    await smallRun({ out });
    viewer = await startViewer(folder);
  });
  afterAll(async () => {
    await browser?.close();
    await viewer.close();
  });

  const get = async (path: string) =>
    (await (await fetch(new URL(path, viewer.url))).json()) as Record<string, unknown>;

  it("lists runs, problems page by page and filtered, every trial of a problem, and its trace", async () => {
    expect(await get("/api/runs")).toMatchObject({
      runs: [{ id: "small", trials: 192, complete: true, simulated: true }],
    });
    const all = (await get("/api/runs/small/problems")) as {
      total: number;
      rows: { dataset: string; problem: string }[];
    };
    expect(all.total).toBe(24);
    const disagree = (await get("/api/runs/small/problems?filter=disagree")) as { total: number };
    expect(disagree.total).toBeGreaterThan(0);
    expect(disagree.total).toBeLessThan(24);
    expect(await get(`/api/runs/small/problems?search=${all.rows[3]?.problem}`)).toMatchObject({ total: 1 });
    const { dataset = "", problem = "" } = all.rows[0] ?? {};
    const one = (await get(`/api/runs/small/problem?dataset=${dataset}&problem=${problem}`)) as {
      trials: { arm: string; key: string }[];
    };
    expect(one.trials).toHaveLength(8);
    const searched = one.trials.find(({ arm }) => arm.startsWith("mcts"));
    const { trace } = (await get(`/api/runs/small/trace?key=${searched?.key}`)) as { trace: { nodes: unknown[] } };
    expect(trace.nodes.length).toBeGreaterThan(3);
  });

  it("refuses requests that name another host, and gives no file but its own", async () => {
    const { port } = new URL(viewer.url);
    const status = await new Promise((resolve) =>
      request({ port, host: "127.0.0.1", path: "/api/runs", headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end(),
    );
    expect(status).toBe(403);
    for (const path of [
      "/client/../server.ts",
      "/client/%2e%2e/server.ts",
      "/library/../../package.json",
      "/api/runs/..%2f/report",
    ]) {
      expect((await fetch(new URL(path, viewer.url))).status, path).toBe(404);
    }
  });

  describe("in a browser", needs("chromium"), () => {
    it.each(looks)(
      "walks runs, comparison, problem and tree at $width pixels, $scheme: no complaint, no outside request, accessible",
      async (look) => {
        const { page, complaints, requests } = await watch(await opened(), look);
        const shot = async (name: string) => {
          const to = process.env.RUMINATE_SCREENSHOTS;
          if (to !== undefined) await page.screenshot({ path: join(to, `${name}-${look.width}.png`), fullPage: true });
          expect(await seriousViolations(page), name).toEqual([]);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name).toBe(true);
        };
        page.setDefaultTimeout(8_000);
        await page.goto(viewer.url);
        await page.getByRole("heading", { name: "Runs" }).waitFor();
        await shot("runs");
        await page.getByRole("link", { name: "small" }).click();
        await page.getByRole("heading", { name: "Accuracy against budget" }).waitFor();
        await shot("comparison");
        await page.getByRole("link", { name: "Problems" }).click();
        await page.getByLabel("Show").selectOption("disagree");
        await page.getByText(/^\d+ problems$/).waitFor();
        await shot("problems");
        await page.locator("tbody a").first().click();
        const right = page.getByRole("combobox", { name: /^Right/ });
        await right.waitFor();
        const searched = await right.locator("option", { hasText: "mcts" }).first().getAttribute("value");
        await right.selectOption(searched);
        const tree = page.getByRole("group", { name: /Search tree of \d+ nodes/ });
        await tree.waitFor();
        await tree.focus();
        await page.keyboard.press("ArrowDown");
        await page.getByText(/^Node \d+/).waitFor();
        for (let press = 0; press < 6; press++) await page.keyboard.press(press % 2 === 0 ? "ArrowDown" : "ArrowRight");
        const inSight = `(() => {
          const frame = document.querySelector(".tree").getBoundingClientRect();
          const ring = document.querySelector(".tree circle.chosen").getBoundingClientRect();
          return ring.left >= frame.left && ring.right <= frame.right && ring.top >= frame.top && ring.bottom <= frame.bottom;
        })()`;
        await expect.poll(() => page.evaluate(inSight), { timeout: 8_000 }).toBe(true);
        const nodePrompt = page.locator("[aria-live=polite] details.prompt > summary");
        await nodePrompt.click();
        await page.getByRole("region", { name: "Messages of the prompt" }).getByText("system").waitFor();
        await page.locator("details.candidate[open] dl.score").getByText("step scores").first().waitFor();
        await shot("problem");
        expect(page.url()).toContain("right=");
        expect(complaints).toEqual([]);
        expect(requests.filter((url) => !url.startsWith(viewer.url) && !url.startsWith("data:"))).toEqual([]);
        await page.close();
      },
    );

    it("lists a hundred of many candidates with the picked one, the rest on demand, and draws a text when it is unfolded", async () => {
      const many = temporaryFolder();
      const yaml =
        "name: many\ndataset: {name: arithmetic, options: {count: 1}}\npolicy: simulated\nstrategies: [{name: self-consistency, options: {n: 130}}]";
      await smallRun({ out: many }, yaml);
      const own = await startViewer(many);
      const { page, complaints } = await watch(await opened(), { width: 1280, scheme: "light" });
      page.setDefaultTimeout(8_000);
      await page.goto(own.url);
      await page.locator(".cards a").first().click();
      await page.getByRole("link", { name: "Problems" }).click();
      await page.locator("tbody a").first().click();
      await page.getByRole("heading", { name: "130 candidates" }).waitFor();
      await page.locator("details.candidate .text").waitFor();
      expect(await page.locator("section.side").count()).toBe(1);
      expect(await page.locator("details.candidate .text").count()).toBe(1);
      const listed = await page.locator("details.candidate").count();
      expect([100, 101]).toContain(listed);
      await page.getByRole("button", { name: `Show the other ${130 - listed}` }).click();
      expect(await page.locator("details.candidate").count()).toBe(130);
      await page.locator("details.candidate:not([open]) > summary").last().click();
      await expect.poll(() => page.locator("details.candidate .text").count()).toBe(2);
      expect(complaints).toEqual([]);
      await page.close();
      await own.close();
    });

    it.each(looks)("shows report.html at $width pixels, $scheme, without a request or a complaint", async (look) => {
      const { page, complaints, requests } = await watch(await opened(), look);
      const file = pathToFileURL(join(folder, "small", "report.html")).href;
      await page.goto(file);
      expect(await page.locator("svg[role=img]").count()).toBeGreaterThan(6);
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => url !== file && !url.startsWith("data:"))).toEqual([]);
      await page.close();
      // axe is a script, which the report's own policy rightly refuses: it is run on a copy without the policy.
      const copy = await (await opened()).newPage({
        viewport: { width: look.width, height: 900 },
        colorScheme: look.scheme,
        bypassCSP: true,
      });
      await copy.goto(file);
      expect(await seriousViolations(copy)).toEqual([]);
      await copy.close();
    });
  });
});
