import { connect } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startViewer, type Viewer } from "../../src/viewer/server.ts";
import { temporaryFolder } from "../fakes/terminal.ts";

let viewer: Viewer;
beforeAll(async () => {
  viewer = await startViewer(temporaryFolder());
});
afterAll(() => viewer.close());

function statusOf(head: string): Promise<number> {
  const { hostname, port } = new URL(viewer.url);
  return new Promise((resolve, reject) => {
    let got = "";
    const socket = connect(Number(port), hostname, () => socket.end(head));
    socket.on("data", (data) => {
      got += String(data);
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(got)?.[1] ?? 0)));
  });
}
const get = (path: string, host = "localhost") =>
  statusOf(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

it.each([
  ["/", 200],
  ["/api/runs", 200],
  ["//", 404],
  ["///etc/passwd", 404],
  ["http://evil.example/", 404],
  ["*", 404],
  ["/api/runs/%zz/report", 404],
  ["/api/runs/%00/report", 404],
  ["/api/runs/..%2f..%2fetc/report", 404],
  ["/api/runs/constructor/problems?filter=constructor", 404],
  ["/api/runs/__proto__/report", 404],
  ["/%2e%2e/%2e%2e/etc/passwd", 404],
  [`/${"a".repeat(5000)}`, 404],
])("%s is answered with %i", async (path, status) => {
  expect(await get(path)).toBe(status);
});

it("other names and methods are refused", async () => {
  expect(await get("/api/runs", "evil.example")).toBe(403);
  expect(
    await statusOf("POST /api/runs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
  ).toBe(405);
});
