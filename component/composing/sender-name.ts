/** The sender's name in a message (XEP-0172 §4.4), so that clients show more than an address. */
import { nickFrom } from "../nick.js";
import { NS, xml, type Element } from "../xml/builder.js";

/** The longest name, in characters. */
const MOST = 64;

/** The element with the name, without control characters and marks of direction; undefined if nothing is left. */
export function nickElement(name: string): Element | undefined {
  const nick = nickFrom(name, MOST);
  return nick && xml("nick", NS.nick, nick.text);
}
