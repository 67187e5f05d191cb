/** The server of the outbox as a state machine: who is there, and what it answers. */
import type { IqAnswer, IqRequest } from "../../../component/iq-requests.js";
import { NS, xml } from "../../../component/xml/builder.js";
import { SERVICE } from "../../support/on-wire.js";

export const DOMAIN = "conference.qtalk.test.org";
/** Whose users' messages are sent. */
export const HOSTS = ["qtalk.test.org", "h"] as const;
export const ROOM = `room@${DOMAIN}`;
export const INSIDE = ["x@h/1", "y@h/1", "z@h/1", "far@elsewhere/1", "u@h/1", "v@h/1"];
/** The server's answers: its service is among the items of the host. */
export const requests = {
  ask: ({ to, payload }: IqRequest): Promise<IqAnswer> => {
    const item = xml("item", { jid: SERVICE });
    const feature = xml("feature", { var: to.text === SERVICE ? NS.address : NS.ping });
    const isItems = payload.attrs.xmlns === NS.discoItems;
    return Promise.resolve({ kind: "result", payload: xml("query", {}, isItems ? item : feature) });
  },
};
