/** The server that is swept. */
export const sweepConfig = (baseUrl: string) => ({
  upstreams: { small: { name: baseUrl } },
  models: { thinker: { upstream: "small", strategy: "self-consistency", options: { n: 4 } } },
  maxTokens: 200,
  limits: { concurrency: 256, queue: 1024, drainSeconds: 0.2 },
  log: { requests: false },
});
