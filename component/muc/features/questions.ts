/**
 * Whether occupants may ask each other for anything (XEP-0045 §17.4), such as which client they use: a large room may
 * spare its occupants that. Pictures in vCards may be asked for all the same. The option is ejabberd's; Gajim looks at
 * it before it asks for what somebody publishes.
 */
import { NS, type Element } from "../../xml/builder.js";
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";
import { booleanField } from "./fields.js";

const NAME = "muc#roomconfig_allow_query_users";
const LABEL = "Occupants may ask each other questions";

/** Whether an occupant may ask another for this. */
export function mayAsk({ options }: RoomView, payload: Element): boolean {
  return options.allowQueries || payload.getNS() === NS.vcard;
}

export const questions: Feature = {
  fields: () => [booleanField("allowQueries", NAME, LABEL, ["allow_query_users"])],
  info: ({ options }) => [
    { name: NAME, type: "boolean", label: LABEL, values: [options.allowQueries ? "1" : "0"] },
  ],
};
