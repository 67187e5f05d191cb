/** The part of the configuration that is about the outbox. */
import { z } from "zod";

export const outboxConfig = z.strictObject({
  max_stanzas: z.number().int().min(1).default(1_000_000).describe("the most stanzas that may wait"),
  max_bytes: z
    .number()
    .int()
    .min(1)
    .default(1024 ** 3)
    .describe("the most bytes that may wait"),
  trace: z
    .number()
    .int()
    .min(0)
    .default(100_000)
    .describe("of how many of the last calls outbox trace can tell what became of them"),
  keep: z
    .number()
    .min(0)
    .max(600)
    .default(3)
    .describe(
      "how long what the server has routed is kept, to be sent again should the server restart, in seconds; 0: not at all",
    ),
  keep_bytes: z
    .number()
    .int()
    .min(0)
    .default(32 * 1024 ** 2)
    .describe("the most bytes that are kept so"),
});
