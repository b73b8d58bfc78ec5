import type { Redis } from "ioredis";
import type { Spent } from "../core/budget.ts";
import { connectRedis, keyPrefix } from "../policy/redis/connect.ts";
import type { Commons, Keeper } from "./commons.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError } from "./errors.ts";

const use = { option: "--redis", user: "A server of several processes", packages: "ioredis", pipelined: true };

/** Requests are not kept waiting longer for a Redis that went away. */
const patienceMs = 3000;
/** A day's spending is looked at by nobody after this. */
const daySeconds = 2 * 86_400;

/** By Redis's clock, which is the same for all. A bucket that nobody takes from is full again and forgotten. */
const turnScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
local perMinute = tonumber(ARGV[1])
local burst = math.max(1, perMinute)
local there = burst
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'last')
if kept[1] then there = math.min(burst, tonumber(kept[1]) + (now - tonumber(kept[2])) * perMinute / 60000) end
local wait = 0
if there >= 1 then there = there - 1 else wait = math.ceil((1 - there) * 60 / perMinute) end
redis.call('HSET', KEYS[1], 'tokens', string.format('%.6f', there), 'last', string.format('%.3f', now))
redis.call('EXPIRE', KEYS[1], math.ceil(120 + 60 * burst / perMinute))
return wait
`;

const spentScript = `
local all = {}
for i, unit in ipairs({'tokens', 'calls', 'dollars'}) do
  all[i] = redis.call('HINCRBYFLOAT', KEYS[1], unit, ARGV[i])
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
return all
`;

/**
 * Of all processes that name the same Redis.
 * @throws InvalidOptionError for an address that is none; EnvironmentError where nothing answers.
 */
export async function redisCommons({ limits }: Pick<ServeConfig, "limits">, address: string): Promise<Commons> {
  const redis = await connectRedis(address, use);
  return {
    kept: (kind) => redisKeeper(redis, `${keyPrefix}:serve:${kind}`, limits.storedSeconds),
    async turn(key, perMinute) {
      const wait = Number(await soon(redis.eval(turnScript, 1, `${keyPrefix}:serve:rate:${key}`, perMinute)));
      return wait === 0 ? null : wait;
    },
    async spent(key, day, more): Promise<Spent> {
      const name = `${keyPrefix}:serve:spent:${day}:${key}`;
      const amounts = [more.tokens, more.calls, more.dollars].map((amount) => amount.toFixed(9));
      const all = (await soon(redis.eval(spentScript, 1, name, ...amounts, daySeconds))) as string[];
      const [tokens = 0, calls = 0, dollars = 0] = all.map(Number);
      return { tokens, calls, dollars };
    },
    close: async () => redis.disconnect(),
  };
}

function redisKeeper<T>(redis: Redis, prefix: string, seconds: number): Keeper<T> {
  const nameOf = (id: string, owner: string) => `${prefix}:${owner.length}:${owner}:${id}`;
  return {
    async put(id, owner, value) {
      await soon(redis.set(nameOf(id, owner), JSON.stringify(value), "PX", Math.ceil(seconds * 1000)));
    },
    async get(id, owner) {
      const text = await soon(redis.get(nameOf(id, owner)));
      return text === null ? undefined : (JSON.parse(text) as T);
    },
    delete: async (id, owner) => (await soon(redis.del(nameOf(id, owner)))) === 1,
  };
}

/** @throws ApiError 503 where Redis does not answer in time. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = "What the processes of this server share cannot be reached. Try again in a moment.";
      reject(new ApiError({ status: 503, retryAfterSeconds: 5, message }));
    }, patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}
