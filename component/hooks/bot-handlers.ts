/**
 * What bots answer: they are online, whoever subscribes sees them (RFC 6121 §3), they have a name and a picture
 * (XEP-0054, XEP-0153), and say what they are (XEP-0030).
 */
import { hash } from "node:crypto";
import type { BotPicture, StoredBot } from "../../storage/bots-store.js";
import type { Jid } from "../address.js";
import type { Handler, Inbound, IqHandler, IqReply } from "../router.js";
import { conditionOf, StanzaError } from "../stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { RESOURCE, type Bots } from "./bots.js";

/** The types of messages that are for whoever they are sent to. */
const SAID: ReadonlySet<string> = new Set(["chat", "normal"]);
const VCARD_UPDATE = "vcard-temp:x:update";
const FEATURES: readonly string[] = [NS.discoInfo, NS.discoItems, NS.ping, NS.vcard, NS.version].sort();

export interface BotParts {
  readonly bots: Bots;
  readonly version: string;
  /** Answers within the asker's budget for reading, which rooms charge, too. */
  readonly answer: (inbound: Inbound<"bot">, work: () => IqReply) => Promise<IqReply>;
  /** Writes a finished stanza; false where it is lost. */
  readonly write: (stanza: WireText) => boolean;
  /** An error came back for what a bot said. */
  readonly bounced: (bounce: Bounce) => void;
  /** Passes on what is said to a bot; false where nobody listens to it. */
  readonly heard: (said: {
    readonly from: Jid;
    readonly to: Jid;
    readonly message: Element;
  }) => Promise<boolean>;
  /** Takes what rooms of other services send to a bot that is in them; `message` is false for all others' messages. */
  readonly remote: {
    presence(stanza: Element, from: Jid, to: Jid): void;
    message(stanza: Element, from: Jid, to: Jid): boolean;
  };
}

export interface Bounce {
  /** The stanza's. */
  readonly id: string;
  /** Who sent it; bare. */
  readonly sender: string;
  /** Who sent it back; bare. */
  readonly from: string;
  readonly condition: string;
}

export function botHandlers(parts: BotParts): Handler[] {
  const { bots, version } = parts;
  const get = (name: string, ns: string, answer: (bot: StoredBot) => IqReply): IqHandler<"bot"> => ({
    stanza: "iq",
    type: "get",
    target: "bot",
    name,
    ns,
    handle: (inbound) => parts.answer(inbound, () => answer(botOf(bots, inbound))),
  });
  return [
    {
      stanza: "presence",
      target: "bot",
      types: ["subscribe"],
      handle: (inbound) => subscribe(parts, inbound),
    },
    { stanza: "presence", target: "bot", types: ["probe"], handle: (inbound) => appear(parts, inbound) },
    {
      stanza: "presence",
      target: "bot",
      types: ["unsubscribe"],
      handle: (inbound) => say(parts, inbound, xml("presence", { type: "unsubscribed" })),
    },
    {
      stanza: "presence",
      target: "bot",
      handle: ({ stanza, from, to }) => parts.remote.presence(stanza, from, to.jid),
    },
    { stanza: "message", target: "bot", types: ["error"], handle: (inbound) => noteBounce(parts, inbound) },
    { stanza: "message", target: "bot", handle: (inbound) => hear(parts, inbound) },
    get("ping", NS.ping, () => undefined),
    get("query", NS.version, () =>
      xml("query", NS.version, xml("name", {}, "qtalk-component"), xml("version", {}, version)),
    ),
    get("query", NS.discoInfo, ({ title }) => info(title)),
    get("query", NS.discoItems, () => xml("query", NS.discoItems)),
    get("vCard", NS.vcard, vcard),
  ];
}

function subscribe(parts: BotParts, inbound: Inbound<"bot">): void {
  say(parts, inbound, xml("presence", { type: "subscribed" }));
  appear(parts, inbound);
}

function appear(parts: BotParts, inbound: Inbound<"bot">): void {
  const { picture } = botOf(parts.bots, inbound);
  say(parts, inbound, xml("presence", {}, photoOf(picture)), RESOURCE);
}

/** The part of a presence that tells which picture there is (XEP-0153). */
export function photoOf(picture: BotPicture | undefined): Element {
  const photo = xml("photo", {}, picture === undefined ? undefined : hash("sha1", picture.bytes));
  return xml("x", VCARD_UPDATE, photo);
}

/** To who asked, from the bot's own address, or from its session. */
function say(
  { write }: BotParts,
  { from, to }: Inbound<"bot">,
  { name, attrs, children }: Element,
  resource?: string,
): void {
  const bare = to.jid.bare.text;
  const own = resource === undefined ? bare : `${bare}/${resource}`;
  write(serialise(xml(name, { ...attrs, from: own, to: from.bare.text }, ...children)));
}

function noteBounce({ bounced, remote }: BotParts, { stanza, from, to }: Inbound<"bot">): void {
  const { id } = stanza.attrs;
  if (remote.message(stanza, from, to.jid) || id === undefined) return;
  bounced({ id, sender: to.jid.bare.text, from: from.bare.text, condition: conditionOf(stanza) });
}

/** What clients send of themselves beside what is said to a bot needs no answer. */
async function hear({ heard, remote }: BotParts, { stanza, from, to }: Inbound<"bot">): Promise<void> {
  if (remote.message(stanza, from, to.jid)) return;
  const isToBot = SAID.has(stanza.attrs.type ?? "normal");
  if (isToBot && (await heard({ from, to: to.jid, message: stanza }))) return;
  if (stanza.getChild("body") !== undefined) {
    throw new StanzaError("cancel", "service-unavailable", "Nobody reads what is sent to this address.");
  }
}

function botOf(bots: Bots, { to }: Inbound<"bot">): StoredBot {
  const bot = bots.at(to.jid);
  if (bot === undefined) throw new StanzaError("cancel", "item-not-found");
  return bot;
}

function info(name: string): Element {
  const identity = xml("identity", { category: "client", type: "bot", name });
  return xml("query", NS.discoInfo, identity, ...FEATURES.map((feature) => xml("feature", { var: feature })));
}

function vcard({ title, picture }: StoredBot): Element {
  const photo =
    picture === undefined
      ? undefined
      : xml("PHOTO", {}, xml("TYPE", {}, picture.type), xml("BINVAL", {}, picture.bytes.toString("base64")));
  return xml("vCard", NS.vcard, xml("FN", {}, title), xml("NICKNAME", {}, title), photo);
}
