/** A hook as the component knows it. */
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import type { Hook } from "../../../component/hooks/known-hooks.js";

const jid = (text: string): AccountJid => Jid.parse(text) as AccountJid;

export const hook = (more: Partial<Hook> = {}): Hook => ({
  ...{
    id: "abc",
    name: "alerts",
    secret: Buffer.alloc(32),
    receiver: "ops@c.test",
    sender: undefined,
    bot: "alerts",
  },
  ...{
    format: "auto",
    template: undefined,
    signatureKey: undefined,
    corrects: false,
    announces: false,
    limits: { rate: undefined, bodyBytes: undefined },
    madeAt: 0,
    test: undefined,
  },
  ...{ to: jid("ops@c.test"), from: jid("alerts@c.test"), title: "Alerts" },
  ...more,
});
