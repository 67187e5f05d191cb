/** Where people talk with bots: rooms here, rooms of other services, and chats. */
import { randomUUID } from "node:crypto";
import { xml, type Client, type Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import type { TestServer } from "../support/servers.js";
import { inRoom } from "./hooks-world.js";
import { owner } from "./remote-world.js";

/** A person in a room, or in a chat with a bot. */
export interface Talk {
  readonly client: Client;
  /** The room's address, or the bot's. */
  readonly place: string;
  readonly type: "groupchat" | "chat";
  /** The receiver of hooks whose messages the person gets: the room, or the person. */
  readonly to: string;
}

/** Begins a talk. @param name of the bot; the room is called `NAME-room` */
export type BeginTalk = (name: string) => Promise<Talk>;

/** Returns how talks begin, by the kind of place. */
export function talksOn(
  stage: TestServer,
  running: () => ComponentProcess,
): Readonly<Record<"here" | "elsewhere" | "chat", BeginTalk>> {
  return {
    here: async (name) => {
      const { client, room } = await inRoom(stage, running(), `${name}-room`);
      return { client, place: room, type: "groupchat", to: room };
    },
    elsewhere: async (name) => {
      const { client, room } = await owner(stage, `${name}-room`);
      return { client, place: room, type: "groupchat", to: room };
    },
    chat: async (name) => {
      const client = await stage.client("juliet");
      return { client, place: `${name}@${stage.domain}`, type: "chat", to: client.bareJid };
    },
  };
}

/** Sends a message. @returns its id */
export async function says(
  { client, place, type }: Talk,
  ...children: readonly (Element | undefined)[]
): Promise<string> {
  const id = randomUUID();
  await client.send(xml("message", { to: place, type, id }, ...children));
  return id;
}

/** Returns the next message there that is meant. */
export function hears({ client, place }: Talk, is: (message: Element) => boolean): Promise<Element> {
  return client.next(
    (stanza) => stanza.is("message") && stanza.attrs.from?.startsWith(place) === true && is(stanza),
  );
}

/** The id that reactions, answers and retractions name: in rooms the room's, in chats the sender's. */
export function idIn({ type, place }: Talk, message: Element): string {
  if (type === "chat") return message.attrs.id ?? "";
  const ids = message.getChildren("stanza-id", "urn:xmpp:sid:0");
  return ids.find(({ attrs }) => attrs.by === place)?.attrs.id ?? "";
}

export const reaction = (to: string, ...signs: readonly string[]): Element =>
  xml(
    "reactions",
    { xmlns: "urn:xmpp:reactions:0", id: to },
    ...signs.map((sign) => xml("reaction", {}, sign)),
  );
