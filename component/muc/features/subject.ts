/** The room's subject (XEP-0045 §8.1): occupants change it, and newcomers get it. */
import { occupantJid } from "../../addresses/nick.js";
import { NS, xml, type Element } from "../../xml/builder.js";
import { serialise } from "../../xml/serialise.js";
import { broadcastMessage, keepingOfKind } from "../archive/what-is-kept.js";
import type { RoomScope, RoomTransaction } from "../context.js";
import { roleIsAtLeast } from "../room/affiliation.js";
import type { Occupant } from "../room/occupants.js";
import { occupantId } from "../room/stable-ids.js";
import { subjectElements, subjectText } from "../room/subject.js";
import { namespaceOf, sanitisedChildren } from "../wire/sanitising.js";
import { textField } from "../wire/data-form.js";
import type { Feature } from "./feature.js";

/** Whether a message sets the subject: it has <subject/>, but no <body/> and no <thread/>. */
export function isSubject(stanza: Element): boolean {
  const has = (name: string): boolean => stanza.children.some((child) => isOwn(child, name));
  return has("subject") && !has("body") && !has("thread");
}

/** Sets the subject and notifies occupants. @throws StanzaError forbidden, or not-acceptable for a long one */
export function changeSubject(scope: RoomScope, by: Occupant, stanza: Element): void {
  const { context, transaction, room } = scope;
  const needed = room.options.changeSubject ? "participant" : "moderator";
  if (!roleIsAtLeast(by.role, needed)) throw room.error("forbidden", "You may not change the subject.");
  const children = sanitisedChildren(room.jid, stanza);
  const subjects = children.filter((child) => isOwn(child, "subject"));
  const text = subjects.map(serialise).join("");
  if (Buffer.byteLength(text) > context.config.subject_bytes) {
    throw room.error("not-acceptable", "The subject is too long.");
  }
  const attrs = { from: by.jid.text, type: "groupchat", id: stanza.attrs.id };
  broadcastMessage(scope, { keeping: keepingOfKind(room, "subject"), author: by }, (stableId) =>
    xml("message", attrs, ...children, occupantId(by.id), stableId),
  );
  room.set(transaction, { subject: { xml: text, nick: by.nick.text, id: by.id, at: transaction.at } });
}

/** Sends the subject to a newcomer: an empty one if none is set, because clients wait for a subject. */
function sendSubject({ transaction, room }: RoomTransaction, session: string): void {
  const { subject } = room;
  const setter = subject && occupantJid(room.jid, { text: subject.nick, key: "" });
  const from = (setter ?? room.jid).text;
  const children = subject === undefined ? [] : subjectElements(subject);
  const author = subject?.id === undefined ? undefined : occupantId(subject.id);
  const delay =
    subject &&
    xml("delay", { xmlns: NS.delay, from: room.jid.text, stamp: new Date(subject.at).toISOString() });
  transaction.send(
    xml(
      "message",
      { from, to: session, type: "groupchat" },
      ...(children.length === 0 ? [xml("subject")] : children),
      author,
      delay,
    ),
  );
}

export const subject: Feature = {
  sendToNewcomer: (scope, session) => sendSubject(scope, session.text),
  passingInfo: ({ subject }) => [
    textField("muc#roominfo_subject", "Subject", subject === undefined ? "" : subjectText(subject)),
  ],
};

function isOwn(child: Element | string, name: string): boolean {
  return typeof child !== "string" && child.name === name && namespaceOf(child) === "";
}
