/** The configuration of what rooms are like where nobody says otherwise, and of what people may make of them. */
import { z } from "zod";
import type { Bounds } from "./room-option-kinds.js";
import { OPTION_NAMES, OPTION_ROWS, type RoomOptions } from "./room-options.js";
import { account } from "./config-addresses.js";

const whoMay = z.enum(["local", "api", "anyone"]);

/** Options of rooms as the operator wants them; what is absent is as the table of options has it. */
export type RoomDefaults = Partial<RoomOptions>;

/** A key for every option that has one. */
function defaults(): z.ZodType<RoomDefaults> {
  const rows = OPTION_NAMES.flatMap((option) => {
    const { key, schema, label } = OPTION_ROWS[option];
    return key === undefined ? [] : [{ option, key, schema: schema.optional().describe(label.en) }];
  });
  const shape = Object.fromEntries(rows.map(({ key, schema }) => [key, schema] as const));
  return z
    .strictObject(shape)
    .transform((given): RoomDefaults =>
      Object.fromEntries(
        rows.filter(({ key }) => given[key] !== undefined).map(({ option, key }) => [option, given[key]]),
      ),
    )
    .prefault({});
}

/** What of the section `rooms` is about that. */
export const roomsPolicy = {
  entered: defaults().describe("what rooms are like that are made by entering them"),
  made: defaults().describe("what rooms are like that programs and administrators make"),
  make_persistent: whoMay
    .default("anyone")
    .describe(
      "which owners may make a room stay when it is empty: users of the hosts served, none (api), or anyone",
    ),
  make_public: whoMay
    .default("anyone")
    .describe(
      "which owners may have a room in the public list: users of the hosts served, none (api), or anyone",
    ),
  per_user: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe("the most rooms that a user may own and still make another by entering it"),
  names: z
    .enum(["free", "directory"])
    .default("free")
    .describe("what people are called in rooms: as they like, or as the directory has it"),
  hats: z
    .array(
      z.strictObject({
        title: z.string().min(1).max(100).describe("what it says"),
        uri: z
          .string()
          .regex(/^[a-z][a-z0-9+.-]*:\S+$/i, "wants a URI, such as https://example.org/hats#duty"),
        hue: z.number().min(0).max(360).optional().describe("its colour, as an angle"),
        users: z.array(account).default([]).describe("who wears it"),
        departments: z
          .array(z.string().min(1))
          .default([])
          .describe("whose people wear it: departments of the directory, with those below them"),
      }),
    )
    .default([])
    .describe(
      "hats (XEP-0317) that people wear in rooms, such as [{title: Support, uri: 'https://example.org/hats#support', departments: [/IT]}]",
    ),
};

export type HatConfig = z.output<typeof roomsPolicy.hats>[number];

/** Refuses defaults that no owner could set. */
export function checkDefaults(
  config: Bounds & { readonly entered: RoomDefaults; readonly made: RoomDefaults },
  context: z.RefinementCtx,
): void {
  for (const kind of ["entered", "made"] as const) {
    for (const option of OPTION_NAMES) {
      const { key, most } = OPTION_ROWS[option];
      const value = config[kind][option];
      const limit = most && config[most];
      if (key === undefined || limit === undefined || typeof value !== "number" || value <= limit) continue;
      const message = `is ${value}, and rooms.${most} is ${limit}`;
      context.addIssue({ code: "custom", path: [kind, key], message });
    }
  }
}
