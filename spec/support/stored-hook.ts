/** An incoming webhook as the database has it. */
import type { StoredHook } from "../../storage/hooks-store.js";

export const storedHook = (more: Partial<StoredHook> = {}): StoredHook => ({
  id: "h",
  name: "h",
  secret: Buffer.alloc(32),
  receiver: "ops@c.test",
  sender: undefined,
  bot: undefined,
  format: "auto",
  template: undefined,
  signatureKey: undefined,
  corrects: false,
  announces: false,
  limits: { rate: undefined, bodyBytes: undefined },
  filters: { onlyEvents: undefined, exceptEvents: undefined, branches: undefined },
  source: { silenceAt: undefined, silenceToken: undefined, inner: undefined },
  expectation: { expectMs: undefined, graceMs: undefined, quiet: false },
  madeAt: 0,
  calls: { steps: undefined, stepsFrom: undefined, mentions: undefined, mentionsFrom: undefined },
  madeBy: undefined,
  fetchFrom: undefined,
  ...more,
});
