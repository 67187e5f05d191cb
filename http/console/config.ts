/** The configuration of the console. */
import { z } from "zod";

export const consoleConfig = z.strictObject({
  access: z
    .enum(["local", "token", "off"])
    .default("local")
    .describe(
      "who may open /console: this machine (local; by an operator's token where http.callers has some), operators by token from wherever http.listen is reached (token), nobody (off)",
    ),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;
