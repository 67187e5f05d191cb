/** The configuration section "outbox". */
import { z } from "zod";
import { amount, count } from "../config-values.js";

export const outboxConfig = z.strictObject({
  max_stanzas: count(1, 1_000_000).describe("maximum queued stanzas"),
  max_bytes: count(1, 1024 ** 3).describe("maximum size of the queued stanzas, in bytes"),
  trace: count(0, 100_000).describe("number of recent calls that the command outbox trace can show"),
  keep: amount(0, 3, 600).describe(
    "seconds for which acknowledged stanzas are kept, to be sent again if the server restarts",
  ),
  keep_bytes: count(0, 32 * 1024 ** 2).describe("maximum size of kept stanzas, in bytes"),
});
