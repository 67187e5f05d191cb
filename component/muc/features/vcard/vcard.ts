/** The picture in a room's vCard (XEP-0486), where the room says what it is. Setting and reading it: requests.ts. */
import { NS } from "../../../xml/builder.js";
import type { Feature } from "../feature.js";

export const vcard: Feature = {
  disco: () => [NS.vcard],
  info: ({ pictures }) =>
    pictures.length === 0
      ? []
      : [{ name: "muc#roominfo_avatarhash", type: "text-multi", label: "Avatar hash", values: pictures }],
};
