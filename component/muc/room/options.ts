/** Determines the options of new and stored rooms (XEP-0045 §10.2). */
import type { RoomsConfig } from "../../config.js";
import { OPTION_NAMES, OPTION_ROWS, type OptionName, type RoomOptions } from "../options/room-options.js";

/** Returns the options of a room that a user creates by entering it. */
export function optionsOfEntered(config: RoomsConfig): RoomOptions {
  return { ...defaultsOf(config, "entered"), ...config.entered };
}

/** Returns the options of a room that a program or an administrator creates. */
export function optionsOfMade(config: RoomsConfig, name: string, description: string): RoomOptions {
  return { ...defaultsOf(config, "made"), ...config.made, name, description };
}

/** Parses a room's stored options, in JSON. Missing options get the default. */
export function readOptions(json: string, config: RoomsConfig): RoomOptions {
  return { ...defaultsOf(config, "entered"), ...(JSON.parse(json) as Partial<RoomOptions>) };
}

function defaultsOf(config: RoomsConfig, kind: "entered" | "made"): RoomOptions {
  const defaults = OPTION_NAMES.map((option) => [option, defaultOf(config, kind, option)] as const);
  return Object.fromEntries(defaults) as unknown as RoomOptions;
}

function defaultOf(config: RoomsConfig, kind: "entered" | "made", option: OptionName): unknown {
  const row = OPTION_ROWS[option];
  if (kind === "made" && row.made !== undefined) return row.made;
  return "key" in row.default ? config[row.default.key] : row.default.value;
}
