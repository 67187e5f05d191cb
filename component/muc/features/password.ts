/** Rooms with a password (XEP-0045 §7.2.5). */
import { createHash, timingSafeEqual } from "node:crypto";
import type { RoomView } from "../room/room-view.js";
import { readBoolean } from "../wire/data-form.js";
import { roomError } from "../wire/errors.js";
import type { Feature } from "./feature.js";
import { textField, type ConfigField } from "./fields.js";

/** The password that invitations hold; undefined where none is asked for. */
export function passwordToGive({ options }: RoomView): string | undefined {
  return options.password === "" ? undefined : options.password;
}

const NAME = "muc#roomconfig_passwordprotectedroom";

/** A password beside the word that none is needed isn't set: the form says so in two fields, and both are submitted. */
const secretField = textField("password", {
  name: "muc#roomconfig_roomsecret",
  label: "The password",
  maxLength: 1000,
  type: "text-private",
});

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
    const isWanted = readBoolean(value);
    if (isWanted === false) return { ...options, password: "" };
    return isWanted === true && options.password !== "" ? options : undefined;
  },
};

export const password: Feature = {
  fields: () => [
    {
      ...secretField,
      apply: (options, values, submitted) =>
        readBoolean(submitted.get(NAME)?.[0]) === false
          ? { ...options, password: "" }
          : secretField.apply(options, values, submitted),
    },
    protectedField,
  ],
  disco: ({ options }) => [options.password === "" ? "muc_unsecured" : "muc_passwordprotected"],
  refuseEntry: ({ room, from, x }) => {
    const needed = passwordToGive(room);
    if (needed === undefined || room.isServiceAdmin(from)) return undefined;
    return isSame(needed, x?.getChildText("password") ?? "")
      ? undefined
      : roomError(room.jid, "auth", "not-authorized", "The room's password is missing or wrong.");
  },
  mayRead: (room, { belongs }) => passwordToGive(room) === undefined || belongs,
};

/** Compares in a time that doesn't tell how much of it is right. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
