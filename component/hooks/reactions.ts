/** Reads reactions (XEP-0444). */
import { NS, type Element } from "../xml/builder.js";

/** All reactions of a person to one message, which replace earlier ones. */
export interface Reactions {
  /** The id of the message: in rooms the room's, in chats that of its sender. */
  readonly to: string;
  /** Without selectors of their form, which only some clients add. */
  readonly signs: readonly string[];
}

/** How many reactions of a message are read, and how long they and an id may be, in characters. */
const MAX = { signs: 32, sign: 64, id: 256 };
/** The selector of a sign's form: text or emoji (Unicode, variation sequences). */
const FORMS = /[\ufe0e\ufe0f]/gu;

/** Returns the reactions that a message has; undefined if it has none, "unnamed" if they name no message. */
export function reactionsIn(message: Element): Reactions | "unnamed" | undefined {
  const reactions = message.getChild("reactions", NS.reactions);
  if (reactions === undefined) return undefined;
  const { id: to = "" } = reactions.attrs;
  if (to === "" || to.length > MAX.id) return "unnamed";
  const given = reactions.getChildren("reaction").slice(0, MAX.signs);
  return { to, signs: given.map((each) => bareSign(each.getText())) };
}

/** Returns a sign without the selector of its form. */
export function bareSign(text: string): string {
  return text.trim().slice(0, MAX.sign).replace(FORMS, "");
}
