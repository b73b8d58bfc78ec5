export * from "./solving.ts";
