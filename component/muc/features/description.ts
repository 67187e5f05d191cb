/** A room's name, description and language. */
import type { Feature } from "./feature.js";
import { textField } from "./fields.js";

/** A language tag (RFC 5646) in shape, or nothing. */
const LANGUAGE = /^(?:[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)?$/;

export const description: Feature = {
  fields: () => [
    textField("name", "muc#roomconfig_roomname", "Name", 255),
    textField("description", "muc#roomconfig_roomdesc", "Description", 2000),
    textField("language", "muc#roomconfig_lang", "Language", 35, "text-single", (tag) => LANGUAGE.test(tag)),
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
