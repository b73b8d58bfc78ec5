import { Agent, get } from "node:http";

/** As a process of its own: asks both servers for `/health` until its input ends, then prints how long that took. */
const [one = "", other = ""] = process.argv.slice(2).map((url) => url.replace(/\/v1$/, "/health"));
const agent = new Agent({ keepAlive: true });
const times: Record<string, number[]> = { [one]: [], [other]: [] };
let failed = 0;
let over = false;
process.stdin.on("data", () => {});
process.stdin.on("end", () => {
  over = true;
});

function asked(url: string): Promise<void> {
  const began = performance.now();
  return new Promise((resolve) => {
    get(url, { agent }, (response) => {
      response.resume();
      response.on("end", () => {
        if (response.statusCode !== 200) failed++;
        times[url]?.push(performance.now() - began);
        resolve();
      });
    }).on("error", () => {
      failed++;
      resolve();
    });
  });
}

process.stdout.write("ready\n");
while (!over) {
  await Promise.all([asked(one), asked(other)]);
  await new Promise((resolve) => setTimeout(resolve, 10));
}
const facts = [one, other].map((url) => {
  const sorted = (times[url] ?? []).toSorted((a, b) => a - b);
  const at = (share: number) => Math.round((sorted[Math.floor((sorted.length - 1) * share)] ?? 0) * 10) / 10;
  return {
    asked: sorted.length,
    p50: at(0.5),
    p99: at(0.99),
    most: at(1),
    slow: sorted.filter((time) => time > 100).length,
  };
});
process.stdout.write(`${JSON.stringify({ failed, facts })}\n`);
process.exit(0);
