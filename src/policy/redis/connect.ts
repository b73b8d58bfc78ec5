import type { Redis } from "ioredis";
import { EnvironmentError, InvalidOptionError } from "../../core/errors.ts";

/** All keys that ruminate writes begin with it: what an ACL user of Redis has to be allowed. */
export const keyPrefix = "ruminate";

/** An address as it may be shown: without its password. */
export function shownAddress(address: string): string {
  return address.replace(/^(rediss?:\/\/[^:@/]*):[^@/]*@/, "$1:[secret]@");
}

/** Who needs the connection. */
export interface RedisUse {
  /** The option that named the address. */
  readonly option: string;
  /** As a sentence begins. */
  readonly user: string;
  readonly packages: string;
  /** Sends commands of one turn of the event loop together. */
  readonly pipelined: boolean;
  /** A command fails at once while the server is away, and is never sent again. Default: it waits for the server. */
  readonly impatient?: boolean;
}

const queueUse: RedisUse = { option: "--queue", user: "A queue", packages: "bullmq ioredis", pipelined: false };

/** How long a server may take to answer for the first time. */
const firstAnswerMs = 5_000;
/** Between two attempts to reach a server that went away. */
const longestPauseMs = 2_000;

/**
 * A connection to Redis or Valkey. Once it has answered, a server that goes away is waited for: commands in between are
 * sent when it is back, unless the use is impatient.
 *
 * @param address `redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]`, or `rediss://…` for TLS.
 * @throws EnvironmentError where the package ioredis is missing or nothing answers there.
 */
export async function connectRedis(address: string, use: RedisUse = queueUse): Promise<Redis> {
  if (!/^rediss?:\/\/./.test(address)) {
    const shown = shownAddress(address);
    throw new InvalidOptionError(use.option, `must be an address such as redis://localhost:6379, got "${shown}".`);
  }
  const { Redis: Client } = await ioredis(use);
  let answered = false;
  let failure: Error | undefined;
  const redis = new Client(address, {
    maxRetriesPerRequest: null,
    enableAutoPipelining: use.pipelined,
    ...(use.impatient === true && { enableOfflineQueue: false, autoResendUnfulfilledCommands: false }),
    lazyConnect: true,
    connectTimeout: firstAnswerMs,
    retryStrategy: (times) => (answered ? Math.min(times * 100, longestPauseMs) : null),
  });
  redis.on("error", (error: Error) => {
    failure = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    const cause = failure ?? (error as Error);
    throw new EnvironmentError(
      `${shownAddress(address)} does not answer: ${cause.message}. Start redis-server or valkey-server there, or check address, user and password.`,
      { cause },
    );
  }
  answered = true;
  return redis;
}

/** @throws EnvironmentError that names the command which installs the missing package. */
export const needed = (name: string, cause: unknown): EnvironmentError =>
  missingPackage(queueUse.user, name, queueUse.packages, cause);

const missingPackage = (user: string, name: string, packages: string, cause: unknown): EnvironmentError =>
  new EnvironmentError(
    `${user} needs the package ${name}, which is not installed. Install it with: npm install ${packages}`,
    { cause },
  );

async function ioredis({ user, packages }: RedisUse): Promise<Pick<typeof import("ioredis"), "Redis">> {
  try {
    return await import("ioredis");
  } catch (error) {
    throw missingPackage(user, "ioredis", packages, error);
  }
}
