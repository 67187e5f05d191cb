import { z } from "zod";

export const consoleConfig = z.strictObject({
  access: z
    .enum(["local", "token", "off"])
    .default("local")
    .describe(
      "access to /console: from this machine (local; by an operator's token if http.callers is set), by an operator's token from anywhere (token), or none (off)",
    ),
});

export type ConsoleConfig = z.output<typeof consoleConfig>;
