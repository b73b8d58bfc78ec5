import { type FakeServer, type FakeServerOptions, startFakeServer } from "../fakes/server.ts";
import { ask, serving } from "./serving.ts";

export interface Outage {
  /** Requests by what became of them, before, during and after. */
  readonly phases: Readonly<Record<"faulty" | "gone" | "back", { readonly answered: number; readonly failed: number }>>;
  /** What must not be: replies to another's question, failures in another shape, requests that outlived their time. */
  readonly wrong: readonly string[];
  readonly slowestMs: number;
  /** Completion tokens as the replies reported them, and as the upstream counted those that left it whole. */
  readonly tokens: { readonly reported: number; readonly counted: number };
  /** Requests under way when the upstream stopped: replies to them may have been cut on their way. */
  readonly cut: number;
  /** Milliseconds from the upstream's return to the first answer after it. */
  readonly recoveredMs: number | null;
  readonly held: number;
}

interface Settings {
  /** Of each phase. */
  readonly seconds: { readonly faulty: number; readonly gone: number; readonly back: number };
  readonly everyMs: number;
  readonly requestSeconds: number;
  readonly seed: string;
}

/** Requests open at a time: those are what can still fail when the upstream goes. */
const mostOpen = 16;

/** An upstream fails one request in five in every way, then is gone, then is back; requests keep coming meanwhile. */
export async function outage({ seconds, everyMs, requestSeconds, seed }: Settings): Promise<Outage> {
  const fake: FakeServerOptions = {
    faults: { rate: 0.2, seed },
    keepBodies: false,
    answer: ({ messages }) => `The answer is ${messages[0]?.content}.`,
  };
  let upstream: FakeServer = await startFakeServer(fake);
  const { port } = new URL(upstream.baseUrl);
  const server = await serving({
    upstreams: { small: { name: upstream.baseUrl } },
    upstream: { attempts: 8, baseMs: 5, timeoutSeconds: 5, breakAfter: 8, coolSeconds: 0.1 },
    limits: { requestSeconds, concurrency: 256, queue: 1024 },
  });
  const phases = {
    faulty: { answered: 0, failed: 0 },
    gone: { answered: 0, failed: 0 },
    back: { answered: 0, failed: 0 },
  };
  const wrong: string[] = [];
  const open: Promise<void>[] = [];
  let [reported, slowestMs, next, returned] = [0, 0, 100_000, Number.POSITIVE_INFINITY];
  let recoveredMs: number | null = null;

  const one = async (phase: keyof typeof phases) => {
    const number = next++;
    const began = performance.now();
    const response = await server.chat({ model: "small", messages: ask(String(number)) });
    const body = (await response.json()) as Reply;
    const ended = performance.now();
    slowestMs = Math.max(slowestMs, ended - began);
    const content = body.choices?.[0]?.message.content;
    if (response.status === 200) {
      phases[phase].answered++;
      reported += body.usage?.completion_tokens ?? 0;
      if (content !== `The answer is ${number}.`) wrong.push(`${number} was answered: ${content}`);
      if (began > returned) recoveredMs ??= ended - returned;
    } else {
      phases[phase].failed++;
      const { message, type } = body.error ?? {};
      if (typeof message !== "string" || typeof type !== "string") wrong.push(`${number}: ${JSON.stringify(body)}`);
      if (response.status < 400 || ![429, 502, 503, 504].includes(response.status))
        wrong.push(`${number}: status ${response.status}`);
    }
  };
  let atATime = 0;
  const asked = async (phase: keyof typeof phases) => {
    atATime++;
    await one(phase).catch((error: unknown) => void wrong.push(String(error)));
    atATime--;
  };
  // However slow the machine: a phase lasts its time, and until what it is about has happened.
  const keepAsking = async (phase: keyof typeof phases, seen: () => boolean) => {
    const end = performance.now() + seconds[phase] * 1000;
    while (performance.now() < end || !seen()) {
      if (atATime < mostOpen) open.push(asked(phase));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  };

  await keepAsking("faulty", () => phases.faulty.answered > phases.faulty.failed + mostOpen);
  const before = upstream.counts;
  const cut = server.service.admission.working;
  await upstream.close();
  await keepAsking("gone", () => phases.gone.failed > 0);
  upstream = await startFakeServer({ ...fake, port: Number(port) });
  returned = performance.now();
  await keepAsking("back", () => recoveredMs !== null && phases.back.answered > phases.back.failed + mostOpen);
  await Promise.all(open);
  const held = server.service.admission.working + server.service.admission.waiting;
  const counted = before.completionTokens + upstream.counts.completionTokens;
  await server.close();
  await upstream.close();
  const rounded = recoveredMs === null ? null : Math.round(recoveredMs);
  return {
    phases,
    wrong,
    slowestMs: Math.round(slowestMs),
    tokens: { reported, counted },
    cut,
    recoveredMs: rounded,
    held,
  };
}

interface Reply {
  readonly choices?: readonly { readonly message: { readonly content: string } }[];
  readonly usage?: { readonly completion_tokens: number };
  readonly error?: { readonly message?: unknown; readonly type?: unknown };
}

// node test/serve/outage.ts [seconds that the upstream is gone]
if (import.meta.main) {
  const gone = Number(process.argv[2] ?? 30);
  const seconds = { faulty: 10, gone, back: 10 };
  process.stdout.write(`${JSON.stringify(await outage({ seconds, everyMs: 50, requestSeconds: 10, seed: "1" }))}\n`);
}
