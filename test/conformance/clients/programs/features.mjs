// What every program of a client shares: how it says how a feature went.
const { RELAY } = process.env;

/** Says that a client has no such thing, or that the server refuses it, in words. */
class Said extends Error {
  constructor(outcome, words) {
    super(words);
    this.outcome = outcome;
  }
}

export const absent = (words) => {
  throw new Said("absent", words);
};

export const refused = (words) => {
  throw new Said("refused", words);
};

/** Tries one feature after another, each for a minute at most. What a feature gives back is said beside it. */
export async function attempt(features) {
  const only = process.env.FEATURES?.split(",");
  for (const [feature, act] of Object.entries(features)) {
    if (only && !only.includes(feature)) continue;
    await fetch(`${RELAY}/feature/${feature}`, { method: "POST" });
    const outcome = await outcomeOf(act);
    process.stdout.write(`@${JSON.stringify({ feature, ...outcome })}\n`);
  }
  process.exit(0);
}

async function outcomeOf(act) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("it takes longer than a minute")), 60_000);
  });
  try {
    const words = await Promise.race([act(), late]);
    return { outcome: "works", ...(typeof words === "string" && { words }) };
  } catch (error) {
    if (error instanceof Said) return { outcome: error.outcome, words: error.message };
    return { outcome: "fails", words: String(error.stack ?? error).slice(0, 1500) };
  } finally {
    clearTimeout(timer);
  }
}

export function equal(found, expected, what = "found") {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
}

export function holds(value, what) {
  if (!value) throw new Error(`does not hold: ${what}`);
}

/** What a promise fails with; it must fail. */
export async function failure(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}

/** How many requests the model's server keeps waiting or kept, and how many of them were left. */
const counts = async () => (await (await fetch(`${RELAY}/counts`)).text()).split(" ").map(Number);

async function until(holds, what) {
  for (let i = 0; i < 400; i++) {
    if (holds(await counts())) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`the model's server was not ${what}`);
}

/**
 * Acts, and waits until the model's server has been left: what is cancelled must cost nothing more. `act` is given what
 * waits until that server has been asked.
 */
export async function leaving(act) {
  const [waitingBefore, leftBefore] = await counts();
  await act(() => until(([waiting]) => waiting > waitingBefore, "asked"));
  await until(([, left]) => left > leftBefore, "left");
}

export const ANSWER = "The answer is 4.";
export const question = "2 + 2?";
export const long = "Think slowly.";
export const image =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
