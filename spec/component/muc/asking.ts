/** Queries of a room's archive (XEP-0313), and their results. */
import type { Element } from "../../../component/xml/builder.js";
import { errorOf, ROOM, type Play } from "./play.js";

export const MAM = "urn:xmpp:mam:2";
const RSM = "http://jabber.org/protocol/rsm";

export interface ArchivePage {
  readonly answer: Element;
  readonly results: readonly Element[];
  readonly messages: readonly Element[];
  readonly texts: readonly string[];
  readonly ids: readonly string[];
  readonly fin: Element | undefined;
  readonly isComplete: boolean;
  /** The error, and its text; "" if there is none. */
  readonly error: string;
  readonly errorText: string;
}

/** @param query the form's fields, the children of <set/>, what else the query has, and the room */
export async function askArchive(
  play: Play,
  who: string,
  query: { fields?: Readonly<Record<string, string>>; set?: string; more?: string; room?: string } = {},
): Promise<ArchivePage> {
  const { fields = {}, set = "", more = "", room = ROOM } = query;
  play.hears(who);
  const values = Object.entries({ FORM_TYPE: MAM, ...fields });
  const form = values.map(([name, value]) => `<field var="${name}"><value>${value}</value></field>`).join("");
  const x = values.length === 1 ? "" : `<x xmlns="jabber:x:data" type="submit">${form}</x>`;
  const rsm = set === "" ? "" : `<set xmlns="${RSM}">${set}</set>`;
  const answer = await play.asks(
    who,
    "set",
    `<query xmlns="${MAM}" queryid="q1">${x}${rsm}${more}</query>`,
    room,
  );
  const results = play.hears(who).flatMap((message) => message.getChild("result", MAM) ?? []);
  const messages = results.flatMap(
    (result) =>
      result.getChild("forwarded", "urn:xmpp:forward:0")?.getChild("message", "jabber:client") ?? [],
  );
  const fin = answer.getChild("fin", MAM);
  return {
    answer,
    results,
    messages,
    texts: messages.map((message) => message.getChildText("body") ?? ""),
    ids: results.map(({ attrs }) => attrs.id ?? ""),
    fin,
    isComplete: fin?.attrs.complete === "true",
    error: answer.attrs.type === "error" ? errorOf(answer) : "",
    errorText: answer.getChild("error")?.getChildText("text") ?? "",
  };
}

/** What the page says of itself: `first`, `last` or `count`. */
export function pageOf({ fin }: ArchivePage, name: string): string | null {
  return fin?.getChild("set", RSM)?.getChildText(name) ?? null;
}
