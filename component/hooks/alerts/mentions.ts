/** Mentions in the first line of alerts, so that clients ring: nicknames with references (XEP-0372). */
import { Jid } from "../../addresses/address.js";
import type { Hook } from "../hook.js";
import type { Mention } from "../sending.js";
import type { AlertsDependencies } from "./dependencies.js";
import { parseDuty } from "./steps.js";
import { lineText } from "./texts.js";

/** Returns the nicknames that alerts of a hook mention, as the room shows them now. */
export function nicksFor(
  hook: Hook,
  { context, duty }: Pick<AlertsDependencies, "context" | "duty">,
  at: number,
): readonly string[] {
  const { mentions = [] } = hook.calls;
  if (mentions.length === 0) return [];
  const room = context.addresses.roomAt(hook.to);
  const found = room && context.muc.rooms.find(room);
  const nickOf = (person: string): string => {
    const jid = Jid.parse(person)?.bare;
    const inside = jid && found?.occupantsOf(jid)[0]?.nick.text;
    return inside ?? found?.affiliations.get(person)?.nick ?? duty.nameOf(person);
  };
  return mentions.flatMap((text) => {
    const wanted = parseDuty(text);
    if (wanted === undefined) return [lineText(text)];
    const person = duty.on(wanted.roster ?? hook.name, at);
    return person === undefined ? [] : [nickOf(person)];
  });
}

/** Adds nicknames to the first line of a text. Places are in code points (XEP-0426). */
export function withMentions(
  text: string,
  nicks: readonly string[],
  room: Jid,
): { readonly text: string; readonly mentions: readonly Mention[] } {
  const [first = "", ...others] = text.split("\n");
  let line = first;
  const mentions: Mention[] = [];
  for (const nick of nicks) {
    line += mentions.length === 0 ? " · " : ", ";
    const begin = Array.from(line).length;
    line += nick;
    const uri = `xmpp:${room.bare.text}/${encodeURIComponent(nick)}`;
    mentions.push({ begin, end: Array.from(line).length, uri });
  }
  return { text: [line, ...others].join("\n"), mentions };
}
