/** Who may invite through the room (XEP-0045 §7.8.2); mediated.ts does it. */
import { isAtLeast, roleIsAtLeast } from "../../room/affiliation.js";
import type { Occupant } from "../../room/occupant.js";
import type { RoomView } from "../../room/room-view.js";
import type { Feature } from "../feature.js";
import { booleanField } from "../fields.js";

const NAME = "muc#roomconfig_allowinvites";
const MEMBER_INVITES = "{http://prosody.im/protocol/muc}roomconfig_allowmemberinvites";
const LABEL = "Others than administrators may invite";

/** Administrators may; others where the room lets them and they have voice. */
export function mayInvite({ options }: RoomView, { affiliation, role }: Occupant): boolean {
  return isAtLeast(affiliation, "admin") || (options.allowInvites && roleIsAtLeast(role, "participant"));
}

export const invitations: Feature = {
  fields: () => [booleanField("allowInvites", NAME, LABEL, [MEMBER_INVITES])],
  info: ({ options }) => [
    { name: NAME, type: "boolean", label: LABEL, values: [options.allowInvites ? "1" : "0"] },
  ],
};
