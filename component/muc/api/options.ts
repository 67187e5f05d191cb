/** A room's options as its form has them, for calls that read and change them. */
import type { BareJid } from "../../address.js";
import { reconfigure } from "../admin/configuration.js";
import type { RoomContext, RoomScope } from "../context.js";
import { configFields } from "../admin/config-fields.js";
import type { RoomView } from "../room/room-view.js";

/** The options that calls know, as their fields are called. */
const FIELDS = {
  name: "muc#roomconfig_roomname",
  public: "muc#roomconfig_publicroom",
  persistent: "muc#roomconfig_persistentroom",
  maxUsers: "muc#roomconfig_maxusers",
} as const;
export type OptionName = keyof typeof FIELDS;
const OWNERS = "muc#roomconfig_roomowners";

/** What the form shows of an option. */
export function optionOf({ config }: Pick<RoomContext, "config">, room: RoomView, name: OptionName): string {
  const field = configFields(config).find((each) => each.name === FIELDS[name]);
  return field?.show(room.options).values[0] ?? "";
}

/** Options as a form would set them. */
export type NewOptions = Readonly<Partial<Record<OptionName, string | undefined>>>;

/**
 * Sets options as the form would, and puts an owner in the place of the present ones.
 * @throws StanzaError where that can't be
 */
export function setOptions(scope: RoomScope, options: NewOptions, owner: BareJid | undefined): void {
  const fields = new Map<string, readonly string[]>();
  for (const name of Object.keys(FIELDS) as OptionName[]) {
    const value = options[name];
    if (value !== undefined) fields.set(FIELDS[name], [value]);
  }
  if (owner !== undefined) fields.set(OWNERS, [owner.text]);
  reconfigure(scope, fields, {});
}
