/** The configuration of what rooms are like where nobody says otherwise, and of what people may make of them. */
import { z } from "zod";
import { account } from "./config-addresses.js";

const role = z.enum(["moderator", "participant", "visitor"]);
const whoMay = z.enum(["local", "api", "anyone"]);

/** Every option of a room, as the operator would have it: what is left out is as the component has it. */
function defaults() {
  return z
    .strictObject({
      language: z.string().max(35).optional().describe("its language, such as zh-CN"),
      persistent: z.boolean().optional().describe("whether it stays when everybody has left"),
      public: z.boolean().optional().describe("whether it is in the public list"),
      members_only: z.boolean().optional().describe("whether only members may enter"),
      moderated: z.boolean().optional().describe("whether only those may speak who were given voice"),
      whois: z.enum(["moderators", "anyone"]).optional().describe("who sees real addresses"),
      change_subject: z.boolean().optional().describe("whether participants may set the subject"),
      allow_invites: z.boolean().optional().describe("whether others than administrators may invite"),
      allow_pm: z
        .enum(["anyone", "participants", "members", "moderators", "none"])
        .optional()
        .describe("who may send private messages"),
      moderators_reachable: z
        .boolean()
        .optional()
        .describe("whether moderators may always be written to in private"),
      allow_queries: z
        .boolean()
        .optional()
        .describe("whether occupants may ask each other for more than pictures"),
      member_list: z.array(role).optional().describe("the roles in which members read the lists of members"),
      presence_broadcast: z.array(role).optional().describe("whose presence the others are told of"),
      max_occupants: z.number().int().min(1).optional().describe("the most occupants"),
      history: z.number().int().min(0).optional().describe("how many messages of history it gives"),
      archive: z.boolean().optional().describe("whether what is said is kept in the archive"),
      archive_days: z.number().int().min(1).optional().describe("for how many days what is said is kept"),
      logged: z.boolean().optional().describe("whether those inside are told that it is logged in public"),
    })
    .default({});
}

export type RoomDefaults = z.output<ReturnType<typeof defaults>>;

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

/** What the defaults of a room are bounded by. */
interface Bounds {
  readonly entered: RoomDefaults;
  readonly made: RoomDefaults;
  readonly max_history: number;
  readonly max_occupants: number;
  readonly archive_days?: number | undefined;
}

/** Refuses defaults that no owner could set. */
export function checkDefaults(config: Bounds, context: z.RefinementCtx): void {
  const most = [
    ["history", "max_history"],
    ["max_occupants", "max_occupants"],
    ["archive_days", "archive_days"],
  ] as const;
  for (const kind of ["entered", "made"] as const) {
    for (const [option, bound] of most) {
      const value = config[kind][option];
      const limit = config[bound];
      if (value === undefined || limit === undefined || value <= limit) continue;
      const message = `is ${value}, and rooms.${bound} is ${limit}`;
      context.addIssue({ code: "custom", path: [kind, option], message });
    }
  }
}
