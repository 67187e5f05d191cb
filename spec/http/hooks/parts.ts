/** Hooks as the component knows them. */
import { Jid, type AccountJid } from "../../../component/addresses/address.js";
import { hooksConfig } from "../../../component/config.js";
import type { Hook } from "../../../component/hooks/hook.js";
import { PostBytes } from "../../../component/hooks/post-bytes.js";
import type { HooksApi } from "../../../http/hooks/requests.js";
import { storedHook } from "../../support/stored-hook.js";

const jid = (text: string): AccountJid => Jid.parse(text) as AccountJid;

export const hook = (more: Partial<Hook> = {}): Hook => ({
  ...storedHook({ id: "abc", name: "alerts", bot: "alerts" }),
  to: jid("ops@c.test"),
  from: jid("alerts@c.test"),
  title: "Alerts",
  ...more,
});

export const SECRET = "s3cret-s3cret";

/** The component's hooks, of which there is one; what becomes of its posts says `more`. */
export const hooksApi = (more: Partial<HooksApi> & Pick<HooksApi, "receive">): HooksApi => ({
  named: () => undefined,
  forget: () => undefined,
  mostBytes: ({ limits }) => limits.bodyBytes ?? 2048,
  find: (id, secret) => (id === "abc" && secret === SECRET ? hook() : undefined),
  bytes: new PostBytes(hooksConfig.parse({})),
  rates: { refuse: () => undefined, charge: () => undefined },
  statusOf: (_hook, id) => ({ id, outcome: "confirmed" }),
  retract: () => Promise.resolve(undefined),
  alertsOf: () => ({ alerts: [], next: undefined }),
  countRefused: () => undefined,
  beat: () => Promise.resolve({ id: "", delivery: "ignored" }),
  captures: { keep: () => false },
  links: { find: () => undefined },
  files: { find: () => undefined },
  ...more,
});
