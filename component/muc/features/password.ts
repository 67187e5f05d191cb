/** Rooms with a password (XEP-0045 §7.2.5). */
import { createHash, timingSafeEqual } from "node:crypto";
import type { EntryCheck } from "../occupancy/entry-check.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";
import { textField, type ConfigField } from "./fields.js";

export const passwordGiven: EntryCheck = {
  name: "password",
  refuse: ({ room, password }) =>
    room.options.password !== "" && !isSame(room.options.password, password ?? "")
      ? roomError(room.jid, "auth", "not-authorized", "The room's password is missing or wrong.")
      : undefined,
};

const NAME = "muc#roomconfig_passwordprotectedroom";

/** Says no more than whether there is a password; without protection there is none. */
const protectedField: ConfigField = {
  name: NAME,
  aliases: [],
  show: ({ password }) => ({
    name: NAME,
    label: "A password is needed to enter",
    type: "boolean",
    values: [password === "" ? "0" : "1"],
  }),
  apply: (options, [value]) => {
    if (value === "0" || value === "false") return { ...options, password: "" };
    const isWanted = value === "1" || value === "true";
    return isWanted && options.password !== "" ? options : undefined;
  },
};

export const password: Feature = {
  fields: () => [
    textField("password", "muc#roomconfig_roomsecret", "The password", 1000, "text-private"),
    protectedField,
  ],
  discoFeatures: ({ options }) => [options.password === "" ? "muc_unsecured" : "muc_passwordprotected"],
};

/** Compares in a time that doesn't tell how much of it is right. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
