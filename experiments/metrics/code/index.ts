export * from "./efficiency.ts";
