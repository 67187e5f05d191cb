/** The part of the configuration that is about the outbox. */
import { z } from "zod";

export const outboxConfig = z.strictObject({
  max_stanzas: z.number().int().min(1).default(1_000_000).describe("maximum queued stanzas"),
  max_bytes: z
    .number()
    .int()
    .min(1)
    .default(1024 ** 3)
    .describe("maximum size of the queued stanzas, in bytes"),
  trace: z
    .number()
    .int()
    .min(0)
    .default(100_000)
    .describe("number of recent calls whose history outbox trace can show"),
  keep: z
    .number()
    .min(0)
    .max(600)
    .default(3)
    .describe(
      "seconds for which acknowledged stanzas are kept, to be sent again if the server restarts; 0: not at all",
    ),
  keep_bytes: z
    .number()
    .int()
    .min(0)
    .default(32 * 1024 ** 2)
    .describe("maximum size of these stanzas, in bytes"),
});
