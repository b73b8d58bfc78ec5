/** The public face of the datasets and metrics. */
export { datasets } from "./datasets/index.ts";
export { metrics } from "./metrics/index.ts";
