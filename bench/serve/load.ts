import { Pool } from "undici";

export interface Load {
  readonly perSecond: number;
  /** Milliseconds, the shortest first. */
  readonly times: readonly number[];
  /** Requests that failed or were not answered with 200. */
  readonly failed: number;
}

/**
 * Requests at an even rate over up to `connections` connections, whatever the answers take. (autocannon with a rate
 * sends those of each second in bursts, which measures the queue they make.)
 */
export async function load(
  url: string,
  body: object,
  seconds: number,
  rate: number,
  connections: number,
): Promise<Load> {
  const { origin, pathname } = new URL(`${url}/chat/completions`);
  const pool = new Pool(origin, { connections });
  const text = JSON.stringify(body);
  const times: number[] = [];
  let failed = 0;
  const one = async () => {
    const began = performance.now();
    try {
      const headers = { "content-type": "application/json" };
      const reply = await pool.request({ path: pathname, method: "POST", headers, body: text });
      await reply.body.dump();
      if (reply.statusCode !== 200) failed++;
    } catch {
      failed++;
    }
    times.push(performance.now() - began);
  };
  const started = performance.now();
  const open: Promise<void>[] = [];
  for (let sent = 0; sent < rate * seconds; ) {
    const due = Math.min(rate * seconds, Math.floor(((performance.now() - started) / 1000) * rate));
    while (sent < due) {
      open.push(one());
      sent++;
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.all(open);
  const elapsed = (performance.now() - started) / 1000;
  await pool.close();
  return { perSecond: times.length / elapsed, times: times.sort((a, b) => a - b), failed };
}

/** The value that a share of the sorted values does not exceed. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
