/** A room's name, description and language. */
import type { Options } from "../room/options.js";
import type { RoomView } from "../room/room-view.js";
import type { Feature } from "./feature.js";
import { textField } from "./fields.js";

/** A language tag (RFC 5646) in shape, or nothing. */
const LANGUAGE = /^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)?$/;

/** What people have written of a room. */
export const WRITTEN = ["name", "description", "language"] as const;

/** The name that its owner gave it, as its options have it; "" where there is none. */
export function nameIn({ name }: Pick<Options, "name">): string {
  return name;
}

/** What people call a room: its name, or else its address. */
export function nameOf({ jid, options: { name } }: RoomView): string {
  return name === "" ? jid.text : name;
}

/** What people call a room, and its address. */
export function titleOf({ jid, options: { name } }: RoomView): string {
  return name === "" ? jid.text : `${name} (${jid.text})`;
}

export const description: Feature = {
  fields: () => [
    textField("name", { name: "muc#roomconfig_roomname", label: "Name", maxLength: 255 }),
    textField("description", { name: "muc#roomconfig_roomdesc", label: "Description", maxLength: 2000 }),
    textField("language", {
      name: "muc#roomconfig_lang",
      label: "Language",
      maxLength: 35,
      isValid: (tag) => LANGUAGE.test(tag),
    }),
  ],
  info: ({ options }) => [
    { name: "muc#roomconfig_roomname", type: "text-single", label: "Name", values: [options.name] },
    {
      name: "muc#roominfo_description",
      type: "text-single",
      label: "Description",
      values: [options.description],
    },
    { name: "muc#roominfo_lang", type: "text-single", label: "Language", values: [options.language] },
  ],
};
