/** Adds the sender's name to a message (XEP-0172 §4.4), so that clients show more than an address. */
import { nickFrom } from "../nick.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** The maximum length of a name, in characters. */
const MOST = 64;

/** Returns the name without control characters and direction marks; undefined if nothing is left. */
export function nickElement(name: string): Element | undefined {
  const nick = nickFrom(name, MOST);
  return nick && xml("nick", NS.nick, nick.text);
}
