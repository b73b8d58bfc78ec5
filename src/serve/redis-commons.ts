import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import type { Spent } from "../core/budget.ts";
import { connectRedis, keyPrefix } from "../policy/redis/connect.ts";
import type { Commons, Keeper } from "./commons.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError } from "./errors.ts";

const use = {
  option: "--redis",
  user: "A server of several processes",
  packages: "ioredis",
  pipelined: true,
  impatient: true,
};

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

/**
 * Each process writes its own total, so that a command whose reply was lost may be sent again. A total that comes late
 * does not stand in for a later one.
 */
const spentScript = `
local units = {'tokens', 'calls', 'dollars'}
for i, unit in ipairs(units) do
  local field = ARGV[5] .. ':' .. unit
  if tonumber(ARGV[i]) > tonumber(redis.call('HGET', KEYS[1], field) or '0') then
    redis.call('HSET', KEYS[1], field, ARGV[i])
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
local all = {tokens = 0, calls = 0, dollars = 0}
local kept = redis.call('HGETALL', KEYS[1])
for i = 1, #kept, 2 do
  local unit = string.match(kept[i], '[^:]*$')
  if all[unit] then all[unit] = all[unit] + tonumber(kept[i + 1]) end
end
return {string.format('%.9f', all.tokens), string.format('%.9f', all.calls), string.format('%.9f', all.dollars)}
`;

/**
 * Of all processes that name the same Redis.
 * @throws InvalidOptionError for an address that is none; EnvironmentError where nothing answers.
 */
export async function redisCommons({ limits }: Pick<ServeConfig, "limits">, address: string): Promise<Commons> {
  const redis = await connectRedis(address, use);
  const process = randomUUID();
  return {
    kept: (kind) => redisKeeper(redis, `${keyPrefix}:serve:${kind}`, limits),
    async turn(key, perMinute) {
      const wait = Number(await soon(redis.eval(turnScript, 1, `${keyPrefix}:serve:rate:${key}`, perMinute)));
      return wait === 0 ? null : wait;
    },
    async spent(key, day, here): Promise<Spent> {
      const name = `${keyPrefix}:serve:spent:${day}:${key}`;
      const amounts = [here.tokens, here.calls, here.dollars].map((amount) => amount.toFixed(9));
      const all = (await soon(redis.eval(spentScript, 1, name, ...amounts, daySeconds, process))) as string[];
      const [tokens = 0, calls = 0, dollars = 0] = all.map(Number);
      return { tokens, calls, dollars };
    },
    close: async () => redis.disconnect(),
  };
}

function redisKeeper<T>(redis: Redis, prefix: string, { stored, storedSeconds }: ServeConfig["limits"]): Keeper<T> {
  const nameOf = (id: string, owner: string) => `${prefix}:${owner.length}:${owner}:${id}`;
  return {
    async put(id, owner, value) {
      if (stored === 0) return false;
      await soon(redis.set(nameOf(id, owner), JSON.stringify(value), "PX", Math.ceil(storedSeconds * 1000)));
      return true;
    },
    async get(id, owner) {
      const text = await soon(redis.get(nameOf(id, owner)));
      return text === null ? undefined : (JSON.parse(text) as T);
    },
    delete: async (id, owner) => (await soon(redis.del(nameOf(id, owner)))) === 1,
  };
}

/** @throws ApiError 503 where Redis is away, or does not answer in time. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
  });
  try {
    return await Promise.race([answer, late]);
  } catch (cause) {
    const message = "What the processes of this server share cannot be reached. Try again in a moment.";
    throw new ApiError({ status: 503, retryAfterSeconds: 5, message, cause });
  } finally {
    clearTimeout(timer);
    answer.catch(() => {});
  }
}
