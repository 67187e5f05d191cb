/** Queries of a room's archive (XEP-0313), and their results. */
import { xml, type Element } from "../../../component/xml/builder.js";
import type { Play } from "./play.js";
import { fillIn } from "../../plays/text.js";
import { errorOf } from "./stanza-lines.js";

interface Query {
  readonly room: string;
  readonly fields?: readonly (readonly [name: string, value: string])[];
  /** The children of <set/>. */
  readonly set: string;
  /** What else the query has. */
  readonly more?: string;
}

/** @returns the texts, `-` for a message without one, or the error; and all that was received */
export async function readArchive(
  play: Play,
  who: string,
  { room, fields = [], set, more = "" }: Query,
): Promise<{ readonly outcome: string; readonly from: Element }> {
  play.hears(who);
  const all = [["FORM_TYPE", "urn:xmpp:mam:2"], ...fields] as const;
  const valuesOf = (name: string) =>
    all.flatMap(([key, value]) => (key === name ? [`<value>${value}</value>`] : []));
  const form = [...new Set(all.map(([name]) => name))].map(
    (name) => `<field var="${name}">${valuesOf(name).join("")}</field>`,
  );
  const x = fields.length === 0 ? "" : `<x xmlns="data" type="submit">${form.join("")}</x>`;
  const rsm = set === "" ? "" : `<set xmlns="rsm">${set}</set>`;
  const answer = await play.asks(
    who,
    "set",
    fillIn(`<query xmlns="mam" queryid="q1">${x}${rsm}${more}</query>`),
    room,
  );
  const results = play.hears(who).flatMap((message) => message.getChild("result") ?? []);
  const messages = results.flatMap((result) => result.getChild("forwarded")?.getChild("message") ?? []);
  const outcome = answer.attrs.type === "error" ? errorOf(answer) : textsOf(messages);
  return { outcome, from: xml("archive", {}, answer, ...results) };
}

/** Returns the texts of messages, `-` for one without. */
export function textsOf(messages: readonly Element[]): string {
  return messages.map((message) => message.getChildText("body") ?? "-").join(", ") || "nothing";
}
