/** Adds, lists and tests outgoing webhooks, which deliver events to a program by signed HTTP requests. */
import { randomBytes } from "node:crypto";
import { Option } from "commander";
import {
  guardedLookup,
  InnerAddress,
  networkOf,
  refuseLiteral,
} from "../../component/hooks/outgoing/inner-network.js";
import {
  EVENT_KINDS,
  FORMS,
  QTALK_KINDS,
  type EventKind,
  type Form,
} from "../../component/hooks/outgoing/outgoing-webhook.js";
import { DeliveryRequests } from "../../component/hooks/outgoing/delivery-request.js";
import { BotRoomsStore } from "../../storage/bot-rooms-store.js";
import type { Database } from "../../storage/database.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { dataFailure, ExitCode, Failure, usageFailure } from "../failure.js";
import { explain, say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { type Flags } from "./configured.js";
import { addressOf, refuseTaken, speakerFrom, type HookConfig, type SpeakerOptions } from "./hook-parts.js";
import { explainEntry, mayBeRemote, requestNeeded, type RemoteRoom } from "./bot-rooms.js";
import { inNewStorage } from "./in-storage.js";
import { ownProperty } from "../../component/own-property.js";

export const OUTGOING_OPTIONS: readonly Option[] = [
  new Option(
    "--deliver-to <url>",
    "create an outgoing hook; the URL is that of the program that receives the events",
  ),
  new Option("--on <events>", `the events to deliver, separated by commas: ${EVENT_KINDS.join(",")}`),
  new Option(
    "--room <room>",
    "only events of this room, by id or address; repeatable (default: all rooms)",
  ).argParser(collected),
  new Option("--match <pattern>", 'only messages whose text matches; "*" stands for any text'),
  new Option("--only <what>", "only room messages that mention the bot").choices(["mentions"]),
  new Option("--form <form>", "the format of events; qtalk is that of QTalk's push_url").choices(FORMS),
  new Option(
    "--allow-inner <address>",
    "permit a private address or network for the program, such as 127.0.0.1; repeatable",
  ).argParser(collected),
];

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export interface OutgoingOptions extends SpeakerOptions {
  readonly deliverTo: string;
  readonly on?: string;
  readonly room?: readonly string[];
  readonly match?: string;
  readonly only?: "mentions";
  readonly passwordFile?: string;
  readonly form?: Form;
  readonly allowInner?: readonly string[];
}

const HEADINGS = ["name", "deliver to", "on", "rooms", "replies by", "waiting", "fault", "made"];
/** The maximum number of outgoing webhooks. Each may have a connection and a queue. */
const MOST_HOOKS = 256;

/** @throws Failure if options of incoming and outgoing webhooks are mixed */
export function isOutgoing(options: Flags): options is OutgoingOptions & typeof options {
  const isOutgoing = options.deliverTo !== undefined;
  const others = isOutgoing ? ["to", "template", "signed", "update", "rate", "bodyBytes"] : OUTGOING_ONLY;
  const strange = others.find((name) => ownProperty(options, name) !== undefined);
  if (strange !== undefined || (isOutgoing && options.format !== "auto")) {
    const name = (strange ?? "format").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw usageFailure(
      `--${name} is for ${isOutgoing ? "incoming webhooks: leave out --deliver-to" : "outgoing webhooks: add --deliver-to"}.`,
    );
  }
  return isOutgoing;
}

const OUTGOING_ONLY: readonly string[] = ["on", "room", "match", "only", "form", "allowInner"];

export async function addOutgoing(name: string, options: OutgoingOptions, config: HookConfig): Promise<void> {
  const made = await hookFrom(name, options, config);
  await inNewStorage(config.storage.path, async (db) => {
    const remote = db.transaction(() => add(db, made, options, config)).immediate();
    printSecret(name, made.secret);
    printSummary(made);
    for (const each of remote) await explainEntry(db, each, config);
  });
}

/** Replaces the secret that signs deliveries, from the next delivery on, and prints it. */
export function rotateOutgoing({ id, name }: StoredOutgoingHook, hooks: OutgoingHooksStore): void {
  const secret = newSigningSecret();
  hooks.rotate(id, secret);
  printSecret(name, secret);
}

/** Makes an outgoing webhook with a new signing secret. @throws Failure for invalid options */
async function hookFrom(
  name: string,
  options: OutgoingOptions,
  config: HookConfig,
): Promise<Omit<NewHook, "bot">> {
  const url = urlIn(options.deliverTo);
  const events = kindsIn(options.on ?? "");
  const { form = "standard", match: pattern } = options;
  if (form === "qtalk" && events.some((kind) => !QTALK_KINDS.includes(kind))) {
    throw usageFailure(`--form qtalk delivers only ${QTALK_KINDS.join(" and ")}, as QTalk did.`);
  }
  const inner = options.allowInner ?? [];
  const wrong = inner.find((text) => networkOf(text) === undefined);
  if (wrong !== undefined) {
    throw usageFailure(`--allow-inner: ${wrong} is neither an IP address nor a network such as 10.0.0.0/8.`);
  }
  await refuseInner(url, inner);
  const rooms = options.room?.map((text) => roomIn(text, config));
  return {
    ...{ name, url: url.href, secret: newSigningSecret(), events, rooms, pattern, form, inner },
    onlyMentions: options.only !== undefined,
    madeAt: Date.now(),
  };
}

type NewHook = Parameters<OutgoingHooksStore["add"]>[0];

/**
 * Stores an outgoing webhook, and creates the webhook's bot if the bot can reply to any of the events.
 * @returns the rooms of other services that the bot has to enter
 * @throws Failure if there are MOST_HOOKS outgoing webhooks, the name is taken, or --as names a user
 */
function add(
  db: Database,
  made: Omit<NewHook, "bot">,
  options: OutgoingOptions,
  config: HookConfig,
): RemoteRoom[] {
  refuseTaken(db, made.name);
  const hooks = new OutgoingHooksStore(db);
  if (hooks.count() >= MOST_HOOKS) {
    throw dataFailure(`There are ${MOST_HOOKS} outgoing webhooks, the most there may be: remove one first.`);
  }
  // A bounce (a stanza of type "error") has no sender to reply to.
  const isAnswered = made.events.some((kind) => kind !== "bounce");
  const { sender, bot } = isAnswered ? speakerFrom(db, made.name, options, config) : NOBODY;
  if (sender !== undefined) {
    throw usageFailure(`--as: ${sender} is a user, but replies come from a bot: name a bot's id.`);
  }
  hooks.add({ ...made, bot });
  const { passwordFile } = options;
  return (made.rooms ?? []).flatMap(
    (room) => requestNeeded(db, { bot, to: addressOf(room, "--room", config), passwordFile }, config) ?? [],
  );
}

/** How many characters of a URL's path are shown. */
const SHOWN_PATH = "/hooks".length;

/** Replaces the bot of a webhook whose events can't be replied to. */
const NOBODY = { sender: undefined, bot: undefined };

/** Prints the secret on standard output, the explanation on standard error. */
function printSecret(name: string, secret: string): void {
  explain(`The secret that signs deliveries of ${name} (Standard Webhooks), shown only now:`);
  say(secret);
}

function printSummary({ name, events, rooms }: Pick<NewHook, "name" | "events" | "rooms">): void {
  const where = rooms === undefined ? "in every room" : `in ${rooms.join(", ")}`;
  const of = events.some((kind) => kind.startsWith("room") || kind === "member") ? `, ${where}` : "";
  explain(`It delivers ${events.join(", ")}${of}. Try it: qtalk-component hook test ${name}`);
}

/** Prints the outgoing webhooks. @returns false if there are none */
export function listOutgoing(db: Database, { xmpp }: HookConfig): boolean {
  const states = new BotRoomsStore(db);
  const roomText = (bot: string | undefined, room: string): string => {
    const reason = states.find(bot ?? "", room)?.reason;
    return reason === undefined ? room : `${room} (${reason})`;
  };
  const rows = new OutgoingHooksStore(db)
    .list()
    .map((hook) => [
      ...[
        hook.name,
        shown(hook.url),
        hook.events.join(","),
        hook.rooms?.map((room) => roomText(hook.bot, room)).join(" ") ?? "all",
      ],
      ...[hook.bot === undefined ? "" : `${hook.bot}@${xmpp.domain}`, String(hook.waiting)],
      hook.fault ?? "",
      timeText(hook.madeAt),
    ]);
  if (rows.length > 0) say(table(HEADINGS, rows));
  return rows.length > 0;
}

/** Delivers a signed test event and prints the response. The response isn't sent to a room. */
export async function testOutgoing({ name, url, secret, inner }: StoredOutgoingHook): Promise<void> {
  const poster = new DeliveryRequests({ url, secret, inner });
  const event = { type: "test", timestamp: new Date().toISOString(), data: { hook: name } };
  const outcome = await poster.post({
    id: `test-${randomBytes(9).toString("hex")}`,
    body: JSON.stringify(event),
  });
  poster.close();
  if (!outcome.isDelivered)
    throw new Failure(`The test event was not delivered: ${outcome.reason}.`, ExitCode.unavailable);
  const { status, answer = "(too long)" } = outcome;
  say(`The test event was delivered: HTTP ${status}${answer === "" ? "" : `: ${answer.trim()}`}`);
}

function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** Returns a URL without what may be secret: user, password, query, and most of the path. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.length > SHOWN_PATH ? `${pathname.slice(0, SHOWN_PATH)}…` : pathname}`;
}

function urlIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw usageFailure(`--deliver-to must be an http or https URL such as https://bot.example.org/events.`);
}

function kindsIn(text: string): EventKind[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  const isKnown = (kind: string): kind is EventKind => (EVENT_KINDS as readonly string[]).includes(kind);
  if (kinds.every(isKnown)) return [...new Set(kinds)];
  throw usageFailure(`--on must be some of ${EVENT_KINDS.join(",")}, separated by commas.`);
}

function roomIn(text: string, config: HookConfig): string {
  const jid = addressOf(text, "--room", config);
  if (jid.domain === config.xmpp.domain || mayBeRemote(jid, config)) return jid.text;
  throw usageFailure(`--room: ${jid.text} is a user's address.`);
}

/** Refuses private addresses early: otherwise, the first delivery would fail. @throws Failure for a private address */
async function refuseInner({ hostname }: URL, allowed: readonly string[]): Promise<void> {
  const literal = refuseLiteral(hostname, allowed);
  const fault = literal ?? (await faultOfName(hostname, allowed));
  if (fault instanceof InnerAddress) {
    throw usageFailure(`${fault.message}. To allow it, add: --allow-inner ${fault.address}`);
  }
  if (fault !== undefined) explain(`${hostname} can't be looked up now: ${fault.message}`);
}

function faultOfName(host: string, allowed: readonly string[]): Promise<Error | undefined> {
  if (host.startsWith("[")) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    guardedLookup(allowed)(host, { all: true }, (error) => resolve(error ?? undefined));
  });
}
