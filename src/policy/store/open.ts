import { InvalidOptionError } from "../../core/errors.ts";
import type { SampleStore, StoreOptions } from "./contract.ts";
import { openSampleStore } from "./sqlite.ts";

/**
 * Opens a sample store by its address: `redis://…` or `rediss://…`, `postgres://…` or `postgresql://…`, or the name of
 * a file.
 * @throws InvalidOptionError, InvalidFileError, EnvironmentError.
 */
export async function openStoreAt(address: string, options: StoreOptions = {}): Promise<SampleStore> {
  if (/^rediss?:/.test(address)) return (await import("./redis.ts")).openRedisStore(address, options);
  if (/^postgres(ql)?:/.test(address)) return (await import("./postgres.ts")).openPostgresStore(address, options);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(address)?.[1];
  if (scheme !== undefined) {
    const known = "a file, redis://HOST:PORT or postgres://USER@HOST/DATABASE";
    throw new InvalidOptionError("--store", `knows ${known}, and not "${scheme}://".`);
  }
  return openSampleStore(address, options);
}
