/** Creates rooms, and changes their options by the words of the configuration or of the room's form. */
import { z } from "zod";
import { configFields, OWNER_LISTS, type ConfigField } from "../muc/admin/config-fields.js";
import { reconfigure } from "../muc/admin/configuration.js";
import { optionsOfEntered, OPTION_NAMES, OPTION_ROWS, wordOf } from "../muc/options/room-options.js";
import { refuseText } from "../operations/limits.js";
import { makeRoomFor } from "../operations/room-call.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { parseBoolean } from "../muc/options/room-option-kinds.js";
import type { RoomsConfig } from "../config.js";
import type { FormValues } from "../entity/command-protocol.js";
import { user } from "./accounts.js";
import { byIn, type OperationDone } from "./context.js";
import { changing, word } from "./operation.js";
import { inRoomByAddress, inTransaction, ROOM } from "./room-parts.js";
import { cut } from "../../storage/unicode.js";

const MAX_TITLE = 255;
const MAX_DESCRIPTION = 2000;
/** How many characters of an unknown option's name are read; options' names are shorter. */
const LONGEST_NAME = 80;
const PREFIX = "muc#roomconfig_";
/** Words for boolean values that are accepted in addition to XEP-0004's "1", "true", "0" and "false". */
const YES: ReadonlySet<string> = new Set(["yes", "on"]);
const NO: ReadonlySet<string> = new Set(["no", "off"]);

const value = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const OPTIONS = word(
  z.record(z.string(), z.union([value.transform((one) => [one]), z.array(value)])).default({}),
  "options, such as members_only=no",
  "选项，例如 members_only=no",
  { placed: "name=Project max_occupants=50" },
);

const makeRoom = changing({
  name: "room make",
  en: "create a room, which is persistent and members-only unless set otherwise",
  zh: "建群；除非另行设置，群会一直保留且仅限成员",
  example: "plan members_only=no --owner zhangsan --title Project",
  arguments: {
    room: ROOM,
    options: OPTIONS,
    owner: user("owner, who is invited", "群主，会收到邀请"),
    title: word(z.string().default(""), "title", "标题"),
    description: word(z.string().default(""), "description", "描述"),
  },
  needs: "component",
  async run(context, { room, owner, title, description, options }) {
    const refusal =
      refuseText("title", title, MAX_TITLE) ?? refuseText("description", description, MAX_DESCRIPTION);
    if (refusal !== undefined) return refusal;
    const fields = readOptionFields(context.muc.config, options);
    if (fields instanceof Refusal) return fields;
    const done = await inTransaction(context, (work) => {
      if (context.muc.rooms.find(room) !== undefined)
        return refuse.exists(`room: ${room.text} exists already`);
      makeRoomFor(work, room, { owner, title, description, by: context.who.account }, (scope) => {
        if (fields.size > 0) reconfigure(scope, fields, byIn(context, scope.room));
      });
      return { message: `The room ${room.text} was made; its owner is ${owner.text}.` };
    });
    return namedAsGiven(context.muc.config, done, options);
  },
});

export const setRoom = changing({
  name: "room set",
  en: "change options of a room, such as its name or whether it is members-only",
  zh: "修改群的选项，例如名称、是否仅限成员",
  arguments: { room: ROOM, options: OPTIONS },
  needs: "component",
  async run(context, { room, options }) {
    const fields = readOptionFields(context.muc.config, options);
    if (fields instanceof Refusal) return fields;
    if (fields.size === 0) return badRequest("options: name what to change");
    const done = await inRoomByAddress(context, room, (scope) => {
      reconfigure(scope, fields, byIn(context, scope.room));
      return { message: `The room ${room.text} was configured.` };
    });
    return namedAsGiven(context.muc.config, done, options);
  },
});

/** A room option as operators name it. */
export interface NamedOption {
  /** The configuration's word, such as members_only. */
  readonly word: string;
  /** Further names: the form's, with and without prefix. */
  readonly names: readonly string[];
  /** The field of the room's form; undefined for the lists of owners and administrators. */
  readonly field: ConfigField | undefined;
  readonly name: string;
}

/** Returns the options that a room can be given, in the order of the form. */
export function namedOptions(config: RoomsConfig): readonly NamedOption[] {
  const words = new Map<string, string>(
    OPTION_NAMES.map((option) => [OPTION_ROWS[option].field, wordOf(option)]),
  );
  const plain = (name: string): string => name.replace(PREFIX, "");
  const fields = configFields(config).map((field) => {
    const { name } = field;
    const word = words.get(name) ?? plain(name);
    const names = [name, plain(name), ...field.aliases, ...(word === "name" ? ["title"] : [])];
    return { name, word, names, field };
  });
  const lists = OWNER_LISTS.map(({ name }) => {
    const word = plain(name).replace("room", "");
    return { name, word, names: [name, plain(name)], field: undefined };
  });
  return [...fields, ...lists];
}

/** Replaces options' words by the form's names. Refuses unknown words, and names the nearest. */
export function readOptionFields(
  config: RoomsConfig,
  given: Readonly<Record<string, readonly string[]>>,
): FormValues | Refusal {
  const options = namedOptions(config);
  const known = new Map(
    options.flatMap((option) => [option.word, ...option.names].map((name) => [name, option])),
  );
  const defaults = optionsOfEntered(config);
  const fields = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(given)) {
    const option = known.get(name);
    if (option === undefined) {
      // Comparing takes as long as the name is; a body may have one of a megabyte.
      const short = cut(name, LONGEST_NAME);
      const like = nearest(
        short,
        options.map(({ word }) => word),
      );
      const hint = like === undefined ? "" : `; did you mean ${like}?`;
      return badRequest(`${short}: rooms have no such option${hint}`);
    }
    const isBoolean = option.field?.show(defaults).type === "boolean";
    fields.set(option.name, isBoolean ? values.map(toBoolean) : values);
  }
  return fields;
}

/** Lets a refusal of an option call it was given, not as the room's form does. */
function namedAsGiven(
  config: RoomsConfig,
  done: OperationDone | Refusal,
  given: object,
): OperationDone | Refusal {
  if (!(done instanceof Refusal)) return done;
  const option = namedOptions(config).find(({ name }) => done.message.startsWith(`${name}: `));
  const name = option && [option.word, ...option.names].find((each) => Object.hasOwn(given, each));
  return name === undefined ? done : done.withMessage(done.message.replace(option?.name ?? "", name));
}

function toBoolean(text: string): string {
  const word = text.toLowerCase();
  if (YES.has(word)) return "1";
  if (NO.has(word)) return "0";
  return parseBoolean(word) === undefined ? text : word;
}

/** Returns the word with the smallest edit distance; undefined if none is close. */
function nearest(given: string, words: readonly string[]): string | undefined {
  const [best] = words
    .map((word) => ({ word, distance: distanceOf(given, word) }))
    .sort((a, b) => a.distance - b.distance);
  return best !== undefined && best.distance <= Math.max(2, given.length / 3) ? best.word : undefined;
}

/** Returns how many letters must be inserted, deleted or replaced (Levenshtein). */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + Number(a[i] !== b[j]);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

export const ROOM_CONFIGURATION = [makeRoom, setRoom];
