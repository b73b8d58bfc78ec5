/** Jobs in Redis at a time, unless a collector is told otherwise. */
export const mostJobs = 200;
/** Jobs whose results are read at a time. */
export const readAtOnce = 50;
/** Between two looks at the queue. */
export const shortestWaitMs = 20;
const longestWaitMs = 300;

/** How long to wait before the next look: the longer, the longer nothing came. */
export const nextWaitMs = (waitMs: number, taken: number): number =>
  taken > 0 ? shortestWaitMs : Math.min(longestWaitMs, waitMs * 1.5);
