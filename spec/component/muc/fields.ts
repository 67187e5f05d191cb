/** The samples of the options of a room: by form field, and by configuration key. */
import { OPTION_NAMES, OPTION_ROWS, type OptionName } from "../../../component/muc/options/room-options.js";
import type { RoomOption } from "../../../component/muc/options/room-option-kinds.js";

/** The options that the configuration sets. */
export const CONFIGURED = OPTION_NAMES.filter((name) => OPTION_ROWS[name].key !== undefined);

const fieldOf = (name: OptionName): readonly [string, string] => {
  const row = OPTION_ROWS[name] as RoomOption<unknown>;
  return [row.field, row.format(row.sample)[0] ?? ""];
};

/** The samples of the configured options, by form field. */
export const UNUSUAL: Readonly<Record<string, string>> = Object.fromEntries(CONFIGURED.map(fieldOf));
