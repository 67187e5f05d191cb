/** Configuration keys for rooms' default options, permissions to create rooms, nicknames and hats. */
import { z } from "zod";
import { OPTION_NAMES, OPTION_ROWS, type DefaultOptions, type RoomOptions } from "./room-options.js";
import { account, count, oneOf } from "../../config-values.js";
import { ownProperty } from "../../own-property.js";

/** The owners who may enable an option: users of xmpp.hosts, no owners (only programs and administrators), or all. */
const whoMay = oneOf(["local", "api", "anyone"], "anyone");

/**
 * Makes the schema of a configuration section with the keys of all options that have a key. The reference shows the
 * options' defaults, unless they are other keys' values.
 */
function defaults(kind: "entered" | "made"): z.ZodType<Partial<RoomOptions>> {
  const rows = OPTION_NAMES.flatMap((option) => {
    const { key, schema, label, made, default: usual } = OPTION_ROWS[option];
    if (key === undefined) return [];
    const value = kind === "made" ? (made ?? usual) : usual;
    const shown = schema.safeParse(value).success ? { default: value } : {};
    return [{ option, key, schema: schema.optional().meta({ description: label.en, ...shown }) }];
  });
  return z
    .strictObject(Object.fromEntries(rows.map(({ key, schema }) => [key, schema] as const)))
    .transform((given): Partial<RoomOptions> => {
      const values = rows.map(({ option, key }) => [option, ownProperty(given, key)] as const);
      return Object.fromEntries(values.filter(([, value]) => value !== undefined));
    })
    .prefault({});
}

/** The keys in the section `rooms` of the configuration. Further keys of this section are in config.ts. */
export const roomsPolicy = {
  entered: defaults("entered").describe("default options of rooms that are created by entering them"),
  made: defaults("made").describe("default options of rooms that programs and operators create"),
  make_persistent: whoMay.describe(
    "owners who may make a room persistent: those at xmpp.hosts (local), all (anyone), or none, only calls and commands (api)",
  ),
  make_public: whoMay.describe(
    "owners who may make a room public: those at xmpp.hosts (local), all (anyone), or none, only calls and commands (api)",
  ),
  per_user: count(1, 1000).describe(
    "maximum rooms of one owner; a user who owns as many can't create another by entering it",
  ),
  names: oneOf(["free", "directory"], "free").describe(
    "nicknames in rooms: users choose them (free), or they are the names in the directory (directory)",
  ),
  hats: z
    .array(
      z.strictObject({
        title: z.string().min(1).max(100).describe("its text"),
        uri: z
          .string()
          .regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "must be a URI, such as https://example.org/hats#duty"),
        hue: z.number().min(0).max(360).optional().describe("its colour, as a hue in degrees"),
        users: z.array(account).default([]).describe("users who wear it"),
        departments: z
          .array(z.string().min(1))
          .default([])
          .describe("departments of the directory whose users wear it, with their subdepartments"),
      }),
    )
    .default([])
    .describe("hats (XEP-0317) that users wear in rooms"),
};

export type HatConfig = z.output<typeof roomsPolicy.hats>[number];

/** Reports configured defaults above the configured limits. An owner couldn't set such values. */
export function checkDefaults(config: DefaultOptions, context: z.RefinementCtx): void {
  for (const kind of ["entered", "made"] as const) {
    for (const option of OPTION_NAMES) {
      const { key, most } = OPTION_ROWS[option];
      const value = config[kind][option];
      if (key === undefined || most === undefined || typeof value !== "number") continue;
      const [limit, name] = typeof most === "number" ? [most, "the limit"] : [config[most], `rooms.${most}`];
      if (limit === undefined || value <= limit) continue;
      const message = `is ${value}, and ${name} is ${limit}`;
      context.addIssue({ code: "custom", path: [kind, key], message });
    }
  }
}
