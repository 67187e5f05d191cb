/** Answers stanzas to bots: presence (RFC 6121 §3), messages, vCard and picture (XEP-0054, XEP-0153), disco (XEP-0030). */
import type { StoredBot } from "../../storage/bots-store.js";
import type { Jid } from "../addresses/address.js";
import type { IqReply } from "../inbound/iq-reply.js";
import type { Handler, Inbound, IqHandler, StanzaHandler } from "../inbound/router.js";
import { conditionOf, StanzaError } from "../inbound/stanza-error.js";
import type { UnqueuedWriter } from "../link/unqueued-writer.js";
import type { ReadLimiter } from "../muc/limits/read-limiter.js";
import { formElement } from "../muc/wire/data-form.js";
import { NS, xml, type Element } from "../xml/builder.js";
import { serialise } from "../xml/serialise.js";
import type { Bounces } from "./bounces.js";
import { photoOf, type KnownBots } from "./known-bots.js";
import type { AlertHearing } from "./alerts/hearing.js";
import type { EventRecorder } from "./outgoing/event-recorder.js";
import type { RemoteRooms } from "./remote/remote-rooms.js";
import { BOT_RESOURCE } from "../muc/room/room-rules.js";

/** The types of direct messages. */
const SAID: ReadonlySet<string> = new Set(["chat", "normal"]);
const FEATURES: readonly string[] = [NS.discoInfo, NS.discoItems, NS.ping, NS.vcard, NS.version].sort();

export interface BotDependencies {
  readonly bots: KnownBots;
  readonly unqueued: Pick<UnqueuedWriter, "write">;
  readonly bounces: Pick<Bounces, "ofBot">;
  readonly version: string;
  /** Answers IQs within the sender's read budget, which also covers reading from rooms. */
  readonly reading: Pick<ReadLimiter, "answer">;
  readonly listener: Pick<EventRecorder, "heard">;
  readonly alerts: Pick<AlertHearing, "heardBy" | "bounced">;
  readonly remote: Pick<RemoteRooms, "presence" | "message">;
  /** Returns the only reactions that a bot understands in chats; undefined: it may understand any. */
  reactionsTo(bot: string): readonly string[] | undefined;
}

export function botHandlers(dependencies: BotDependencies): Handler[] {
  const { bots, version, unqueued, reading, bounces, listener, alerts, remote } = dependencies;
  const presence = (type: string, handle: StanzaHandler<"bot">["handle"]): Handler => {
    return { stanza: "presence", target: "bot", types: [type], handle };
  };
  /** Sends a presence to the sender's bare address. */
  const send = ({ from, to }: Inbound<"bot">, type: string | undefined, photo?: Element): void => {
    const { bare } = to.jid;
    const own = type === undefined ? `${bare.text}/${BOT_RESOURCE}` : bare.text;
    unqueued.write(serialise(xml("presence", { type, from: own, to: from.bare.text }, photo)));
  };
  const appear = (inbound: Inbound<"bot">): void =>
    send(inbound, undefined, photoOf(botOf(bots, inbound.to.jid).picture));
  return [
    presence("subscribe", (inbound) => {
      send(inbound, "subscribed");
      appear(inbound);
    }),
    presence("probe", appear),
    presence("unsubscribe", (inbound) => send(inbound, "unsubscribed")),
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
        const [sender, receiver] = [to.jid.bare.text, from.bare.text];
        const condition = conditionOf(stanza);
        bounces.ofBot({ id, sender, receiver, condition }, from.text);
        alerts.bounced(from.bare, id, condition);
      },
    },
    {
      stanza: "message",
      target: "bot",
      // If no webhook receives the message and it has a body, the sender gets an error.
      async handle({ stanza, from, to }) {
        if (remote.message(stanza, from, to.jid)) return;
        const isToBot = SAID.has(stanza.attrs.type ?? "normal");
        if (isToBot && (await alerts.heardBy(to.jid.local ?? "", from.bare, stanza))) return;
        if (isToBot && (await listener.heard({ from, to: to.jid, message: stanza }))) return;
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
        reading.answer(inbound, () => {
          const { jid } = inbound.to;
          const reactions = dependencies.reactionsTo(jid.local ?? "");
          return answerAs(bots, jid, inbound, { version, reactions });
        }),
    })),
  ];
}

/** What bots say about themselves and the component. */
interface Facts {
  readonly version: string;
  /** The only reactions that the bot understands; undefined: it may understand any. */
  readonly reactions?: readonly string[] | undefined;
}

type Answer = (bot: StoredBot, facts: Facts) => IqReply;

/** The requests that bots answer, by name and namespace. */
const ANSWERS: readonly (readonly [name: string, ns: string, answer: Answer])[] = [
  ["ping", NS.ping, () => undefined],
  [
    "query",
    NS.version,
    (_bot, { version }) =>
      xml("query", NS.version, xml("name", {}, "qtalk-component"), xml("version", {}, version)),
  ],
  ["query", NS.discoInfo, ({ title }, { reactions }) => info(title, reactions)],
  ["query", NS.discoItems, () => xml("query", NS.discoItems)],
  ["vCard", NS.vcard, vcard],
];

/** Answers a request to a bot. @throws StanzaError service-unavailable for unknown requests */
export function answerAs(
  bots: KnownBots,
  jid: Jid,
  { stanza, payload }: Pick<Inbound, "stanza" | "payload">,
  facts: Facts,
): IqReply {
  const isGet = stanza.attrs.type === "get";
  const found = isGet ? ANSWERS.find(([name, ns]) => payload.is(name, ns)) : undefined;
  const bot = botOf(bots, jid);
  if (found === undefined) throw new StanzaError("cancel", "service-unavailable");
  return found[2](bot, facts);
}

/** Returns the bot with this address. @throws StanzaError item-not-found */
function botOf(bots: KnownBots, jid: Jid): StoredBot {
  const bot = bots.at(jid);
  if (bot === undefined) throw new StanzaError("cancel", "item-not-found");
  return bot;
}

function info(name: string, reactions: readonly string[] | undefined): Element {
  const identity = xml("identity", { category: "client", type: "bot", name });
  const all = reactions === undefined ? FEATURES : [...FEATURES, NS.reactions].sort();
  const features = all.map((feature) => xml("feature", { var: feature }));
  return xml("query", NS.discoInfo, identity, ...features, reactions && restrictions(reactions));
}

/** Announces the only reactions that are understood, which clients then offer (XEP-0444 §2.2). */
function restrictions(reactions: readonly string[]): Element {
  return formElement("result", NS.reactionsRestricted, [
    { name: "allowlist", type: "list-multi", values: reactions },
  ]);
}

function vcard({ title, picture }: StoredBot): Element {
  const photo =
    picture &&
    xml("PHOTO", {}, xml("TYPE", {}, picture.type), xml("BINVAL", {}, picture.bytes.toString("base64")));
  return xml("vCard", NS.vcard, xml("FN", {}, title), xml("NICKNAME", {}, title), photo);
}
