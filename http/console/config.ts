import { z } from "zod";

export const consoleConfig = z.strictObject({
  access: z
    .enum(["local", "token", "off"])
    .default("local")
    .describe(
      "who may open /console: browsers on this machine (local), operators with a token (token), or nobody (off)",
    ),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;
