/** The public face of the datasets and metrics. */
export { datasets } from "./datasets/index.ts";
export * from "./metrics/index.ts";
