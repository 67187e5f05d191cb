/** Answers stanzas to bots: presence (RFC 6121 §3), messages, vCard and picture (XEP-0054, XEP-0153), disco (XEP-0030). */
import type { StoredBot } from "../../storage/bots-store.js";
import type { Jid } from "../addresses/address.js";
import type { Handler, Inbound, IqHandler, IqReply, StanzaHandler } from "../inbound/router.js";
import { conditionOf, StanzaError } from "../inbound/stanza-error.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { WireText } from "../xml/wire-text.js";
import { photoOf, type Bots } from "./known-bots.js";
import { BOT_RESOURCE } from "../muc/room/room-view.js";

/** The types of direct messages. */
const SAID: ReadonlySet<string> = new Set(["chat", "normal"]);
const FEATURES: readonly string[] = [NS.discoInfo, NS.discoItems, NS.ping, NS.vcard, NS.version].sort();

export interface BotDependencies {
  readonly bots: Bots;
  readonly version: string;
  /** Runs the handler of an IQ within the sender's read budget, which also covers reading from rooms. */
  readonly answer: (inbound: Inbound<"bot">, work: () => IqReply) => Promise<IqReply>;
  /** Writes a finished stanza. Returns false if the stanza is lost. */
  readonly write: (stanza: WireText) => boolean;
  /** Called with each error that came back for a bot's message. */
  readonly bounced: (bounce: Bounce) => void;
  /** Records a message to a bot. Returns false if no webhook receives the bot's messages. */
  readonly heard: (message: {
    readonly from: Jid;
    readonly to: Jid;
    readonly message: Element;
  }) => Promise<boolean>;
  /** Handles stanzas from rooms of other services; `message` returns false if the sender isn't such a room. */
  readonly remote: {
    presence(stanza: Element, from: Jid, to: Jid): void;
    message(stanza: Element, from: Jid, to: Jid): boolean;
  };
}

/** An error that came back for a message. The addresses are bare. */
export interface Bounce {
  readonly id: string;
  readonly sender: string;
  /** The address that returned the error. */
  readonly from: string;
  readonly condition: string;
}

export function botHandlers(dependencies: BotDependencies): Handler[] {
  const { bots, version, answer, bounced, heard, remote } = dependencies;
  const presence = (type: string, handle: StanzaHandler<"bot">["handle"]): Handler => {
    return { stanza: "presence", target: "bot", types: [type], handle };
  };
  return [
    presence("subscribe", (inbound) => {
      say(dependencies, inbound, xml("presence", { type: "subscribed" }));
      appear(dependencies, inbound);
    }),
    presence("probe", (inbound) => appear(dependencies, inbound)),
    presence("unsubscribe", (inbound) =>
      say(dependencies, inbound, xml("presence", { type: "unsubscribed" })),
    ),
    {
      stanza: "presence",
      target: "bot",
      handle: ({ stanza, from, to }) => remote.presence(stanza, from, to.jid),
    },
    {
      stanza: "message",
      target: "bot",
      types: ["error"],
      handle({ stanza, from, to }) {
        const { id } = stanza.attrs;
        if (remote.message(stanza, from, to.jid) || id === undefined) return;
        bounced({ id, sender: to.jid.bare.text, from: from.bare.text, condition: conditionOf(stanza) });
      },
    },
    {
      stanza: "message",
      target: "bot",
      // If no webhook receives the message and it has a body, the sender gets an error.
      async handle({ stanza, from, to }) {
        if (remote.message(stanza, from, to.jid)) return;
        const isToBot = SAID.has(stanza.attrs.type ?? "normal");
        if (isToBot && (await heard({ from, to: to.jid, message: stanza }))) return;
        if (stanza.getChild("body") !== undefined)
          throw new StanzaError("cancel", "service-unavailable", "This bot doesn't read messages.");
      },
    },
    ...ANSWERS.map(([name, ns]): IqHandler<"bot"> => ({
      stanza: "iq",
      type: "get",
      target: "bot",
      name,
      ns,
      handle: (inbound) =>
        answer(inbound, () => answerAs(botOf(bots, inbound.to.jid), "get", inbound.payload, version)),
    })),
  ];
}

type Answer = (bot: StoredBot, version: string) => IqReply;

/** The requests that bots answer, by name and namespace. */
const ANSWERS: readonly (readonly [name: string, ns: string, answer: Answer])[] = [
  ["ping", NS.ping, () => undefined],
  [
    "query",
    NS.version,
    (_bot, version) =>
      xml("query", NS.version, xml("name", {}, "qtalk-component"), xml("version", {}, version)),
  ],
  ["query", NS.discoInfo, ({ title }) => info(title)],
  ["query", NS.discoItems, () => xml("query", NS.discoItems)],
  ["vCard", NS.vcard, vcard],
];

/** Answers a request to a bot. @throws StanzaError service-unavailable for unknown requests */
export function answerAs(
  bot: StoredBot,
  type: string | undefined,
  payload: Element,
  version: string,
): IqReply {
  const found = type === "get" ? ANSWERS.find(([name, ns]) => payload.is(name, ns)) : undefined;
  if (found === undefined) throw new StanzaError("cancel", "service-unavailable");
  return found[2](bot, version);
}

function appear(dependencies: BotDependencies, inbound: Inbound<"bot">): void {
  const { picture } = botOf(dependencies.bots, inbound.to.jid);
  say(dependencies, inbound, xml("presence", {}, photoOf(picture)), BOT_RESOURCE);
}

/** Sends a stanza to the sender's bare address. @param resource the bot's resource; undefined: its bare address */
function say(
  { write }: BotDependencies,
  { from, to }: Inbound<"bot">,
  { name, attrs, children }: Element,
  resource?: string,
): void {
  const { bare } = to.jid;
  const own = resource === undefined ? bare.text : `${bare.text}/${resource}`;
  write(serialise(xml(name, { ...attrs, from: own, to: from.bare.text }, ...children)));
}

/** Returns the bot with this address. @throws StanzaError item-not-found */
export function botOf(bots: Bots, jid: Jid): StoredBot {
  const bot = bots.at(jid);
  if (bot === undefined) throw new StanzaError("cancel", "item-not-found");
  return bot;
}

function info(name: string): Element {
  const identity = xml("identity", { category: "client", type: "bot", name });
  return xml("query", NS.discoInfo, identity, ...FEATURES.map((feature) => xml("feature", { var: feature })));
}

function vcard({ title, picture }: StoredBot): Element {
  const photo =
    picture &&
    xml("PHOTO", {}, xml("TYPE", {}, picture.type), xml("BINVAL", {}, picture.bytes.toString("base64")));
  return xml("vCard", NS.vcard, xml("FN", {}, title), xml("NICKNAME", {}, title), photo);
}
