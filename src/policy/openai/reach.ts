import { z } from "zod";

/** How a server is reached: the options that models and served reward models share. */
export const reachOptions = {
  apiKeyEnv: z.string().optional().describe("the environment variable that holds the key"),
  headers: z
    .record(z.string(), z.string())
    .optional()
    .describe(`of every request; \${NAME} stands for an environment variable`),
  tls: z
    .strictObject({
      ca: z.string().optional().describe("file (PEM) with the certificates to trust"),
      cert: z.string().optional().describe("file (PEM) with our certificate"),
      key: z.string().optional().describe("file (PEM) with its key"),
    })
    .optional()
    .describe("files (PEM): ca, cert, key"),
};
