/** The server of the state-machine test of the outbox: its domains and addresses, its responses, and limits and times. */
import type { IqAnswer, IqRequest } from "../../../component/inbound/iq-requests.js";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { SERVICE } from "../../support/on-wire.js";
import type { Settled } from "../../../component/settled.js";
import { settledAnswer } from "../../support/settled-answer.js";

export const DOMAIN = "conference.qtalk.test.org";
/** The hosts in whose users' names messages are sent. */
export const HOSTS = ["qtalk.test.org", "h"] as const;
export const ROOM = `room@${DOMAIN}`;
/** The addresses of the room's occupants. */
export const OCCUPANTS = ["x@h/1", "y@h/1", "z@h/1", "far@elsewhere/1", "u@h/1", "v@h/1"];
/** How the server closes the stream for a rejected stanza. */
export const POLICY: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };
export const WITHOUT_REASON: StreamEnd = { cause: "closed", text: "closed" };

/** Returns the server's responses to service discovery, which lists the multicast service among a host's items. */
export const requests = {
  ask: ({ to, payload }: IqRequest): Settled<IqAnswer> => {
    const item = xml("item", { jid: SERVICE });
    const feature = xml("feature", { var: to.text === SERVICE ? NS.address : NS.ping });
    const isItems = payload.attrs.xmlns === NS.discoItems;
    return settledAnswer({ kind: "result", payload: xml("query", {}, isItems ? item : feature) });
  },
};

export const BOUNDS = { maxStanzas: 120, maxBytes: 1024 ** 2, confirmTimeout: 1e9 };
export const KEEP = { ms: 3_000, bytes: 1024 ** 2 };
/** How long draining the outbox may take at most, in milliseconds of real time. */
export const DRAIN_MS = 20_000;
/** The long intervals, in milliseconds, keep timers from firing on their own. */
export const TIMES = { keepAlive: 1e9, silence: 1e9, negotiation: 1e9, reread: 5, note: 0 };
