import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { type Cost, type Limits, type RateBooks, ratesOf, roomMs, units, usedUp } from "../rates/limits.ts";
import { keyPrefix } from "./connect.ts";

/** A call that is not settled by then was a worker's that is gone: what it may have cost stays spent. */
const lostAfterMs = 30 * 60_000;
/** An endpoint that nobody asks is forgotten. */
const forgottenAfterSeconds = 3600;

/** The clock is that of Redis, the same for all workers. Numbers are written with three digits of a millisecond. */
const askScript = `
local time = redis.call('TIME')
local now = time[1] * 1000 + time[2] / 1000
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
local units = {'requests', 'tokens', 'dollars'}
for i = 2, 3 do
  local allowed = tonumber(ARGV[6 + i])
  if allowed >= 0 then
    local spent = tonumber(redis.call('HGET', KEYS[2], units[i]) or '0')
    if spent + tonumber(ARGV[i]) > allowed then
      if redis.call('ZCARD', KEYS[3]) == 0 then return {'used up', units[i], tostring(spent)} end
      return {'wait', ARGV[12]}
    end
  end
end
local wait = 0
for i = 1, 3 do
  if tonumber(ARGV[3 + i]) > 0 then
    wait = math.max(wait, tonumber(redis.call('HGET', KEYS[1], units[i]) or '0') - now)
  end
end
if wait > 0 then return {'wait', string.format('%.3f', wait)} end
for i = 1, 3 do
  local rate = tonumber(ARGV[3 + i])
  if rate > 0 then
    local free = math.max(now, tonumber(redis.call('HGET', KEYS[1], units[i]) or '0'))
    redis.call('HSET', KEYS[1], units[i], string.format('%.3f', free + tonumber(ARGV[i]) / rate))
  end
end
redis.call('EXPIRE', KEYS[1], ARGV[11])
for i = 2, 3 do redis.call('HINCRBYFLOAT', KEYS[2], units[i], ARGV[i]) end
redis.call('ZADD', KEYS[3], string.format('%.0f', now + tonumber(ARGV[10])), ARGV[7])
return {'leave'}
`;

const settleScript = `
redis.call('ZREM', KEYS[3], ARGV[7])
local units = {'requests', 'tokens', 'dollars'}
for i = 1, 3 do
  local rate = tonumber(ARGV[3 + i])
  local free = redis.call('HGET', KEYS[1], units[i])
  if rate > 0 and free then
    redis.call('HSET', KEYS[1], units[i], string.format('%.3f', tonumber(free) + tonumber(ARGV[i]) / rate))
  end
end
for i = 2, 3 do redis.call('HINCRBYFLOAT', KEYS[2], units[i], ARGV[i]) end
`;

export const spentKey = (run: string): string => `${keyPrefix}:run:${run}:spent`;
export const ticketsKey = (run: string): string => `${keyPrefix}:run:${run}:tickets`;

/** Books of all processes that share one Redis; budgets are those of one run. */
export function redisBooks(redis: Redis, run: string, limits: Limits): RateBooks {
  const rates = ratesOf(limits);
  const fixed = units.map((unit) => String(rates[unit] ?? 0));
  const listed = (cost: Cost) => units.map((unit) => plain(cost[unit]));
  return (endpoint) => {
    const keys = [`${keyPrefix}:rate:${endpoint}`, spentKey(run), ticketsKey(run)];
    return {
      async ask(most) {
        const ticket = randomUUID();
        const budgets = [limits.tokens ?? -1, limits.dollars ?? -1].map(String);
        const rest = [ticket, ...budgets, String(lostAfterMs), String(forgottenAfterSeconds), String(roomMs)];
        const answer = (await redis.eval(askScript, 3, ...keys, ...listed(most), ...fixed, ...rest)) as string[];
        const [said, value = "0", spent] = answer;
        if (said === "leave") return { ticket };
        if (said === "wait") return { wait: Number(value) };
        throw usedUp(value, limits[value as "tokens" | "dollars"] ?? 0, Number(spent));
      },
      async settle(ticket, most, spent) {
        const more = { requests: 0, tokens: spent.tokens - most.tokens, dollars: spent.dollars - most.dollars };
        await redis.eval(settleScript, 3, ...keys, ...listed(more), ...fixed, ticket);
      },
    };
  };
}

/** As Redis reads numbers: never with an exponent. */
const plain = (value: number): string => value.toFixed(9).replace(/\.?0+$/, "");

/** What earlier processes have spent, where Redis does not know of more. */
export async function beginSpending(redis: Redis, run: string, spent: Pick<Cost, "tokens" | "dollars">): Promise<void> {
  for (const unit of ["tokens", "dollars"] as const) await redis.hsetnx(spentKey(run), unit, plain(spent[unit]));
}
