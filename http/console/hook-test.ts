/** Posts a sample in a webhook's format, as the command `hook test` does. */
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { noteDone } from "../../component/administration/context.js";
import { operation, type Operation } from "../../component/administration/operation.js";
import { HookFault } from "../../component/hooks/fault.js";
import { outcomeText } from "../../component/hooks/outcome.js";
import { sampleOf } from "../../component/hooks/formats/formats.js";
import { Errcode, Refusal } from "../../component/refusal.js";
import { contentOf, payloadOf } from "../hooks/payload.js";
import type { HooksApi } from "../hooks/requests.js";

export function hookTest(hooks: Pick<HooksApi, "named" | "receive"> | undefined): Operation {
  return operation({
    call: z.strictObject({ name: z.string() }),
    run: async (context, { name }) => {
      const hook = hooks?.named(name);
      if (hooks === undefined || hook === undefined) {
        return new Refusal(Errcode.notFound, `name: there is no hook ${name}`);
      }
      const { headers, body } = sampleOf(hook.format);
      const bytes = Buffer.from(body);
      const given = payloadOf(headers, contentOf(headers, bytes), hook.format === "text");
      const outcome =
        given instanceof HookFault
          ? given
          : await hooks.receive(hook, { posted: given, key: undefined, body: bytes, request: randomUUID() });
      return outcome instanceof HookFault
        ? new Refusal(Errcode.unavailable, outcome.message)
        : noteDone(
            context,
            `Posted a test to the hook ${name}: ${outcomeText({ outcome: outcome.delivery })}.`,
          );
    },
  });
}
