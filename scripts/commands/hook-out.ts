/** `hook add --tell` and what can be done with such hooks: they are told of what happens, by posts that are signed. */
import { randomBytes } from "node:crypto";
import { Option } from "commander";
import {
  guardedLookup,
  InnerAddress,
  networkOf,
  refuseLiteral,
} from "../../component/hooks/out/inner-network.js";
import {
  EVENT_KINDS,
  FORMS,
  QTALK_KINDS,
  type EventKind,
  type Form,
} from "../../component/hooks/out/outgoing-hook.js";
import { Poster } from "../../component/hooks/out/post.js";
import type { Database } from "../../storage/database.js";
import { OutgoingHooksStore, type StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { ExitCode, Failure } from "../failure.js";
import { say } from "../output.js";
import { table } from "../table.js";
import { timeText } from "../local-time.js";
import { addressOf, refuseTaken, speakerFrom, type HookConfig, type SpeakerOptions } from "./hook-parts.js";
import { askToEnter, mayBeRemote, remoteRoomOf, whatBecameOf } from "./bot-rooms.js";
import { inNewStorage } from "./in-storage.js";

export const TELL_OPTIONS: readonly Option[] = [
  new Option("--tell <url>", "instead of --to: the program that is told of what happens, by signed posts"),
  new Option("--on <events>", `what it is told of, with commas between: ${EVENT_KINDS.join(",")}`),
  new Option(
    "--room <room>",
    "of which rooms, by id or address; may be given again (default: all)",
  ).argParser(collected),
  new Option("--match <pattern>", 'of which messages: those whose text matches, "*" stands for anything'),
  new Option("--only <what>", "of which messages in rooms: those that name the bot").choices(["mentions"]),
  new Option("--form <form>", "what is posted: an event, or what QTalk's push_url posted").choices(FORMS),
  new Option(
    "--allow-inner <address>",
    "an inner address or network at which the program may be, such as 127.0.0.1; may be given again",
  ).argParser(collected),
];

function collected(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

export interface TellOptions extends SpeakerOptions {
  readonly tell: string;
  readonly on?: string;
  readonly room?: readonly string[];
  readonly match?: string;
  readonly only?: "mentions";
  readonly passwordFile?: string;
  readonly form?: Form;
  readonly allowInner?: readonly string[];
}

const HEADINGS = ["name", "tells", "on", "rooms", "answers by", "waiting", "fault", "made"];
/** So many at most: each may have a connection, and a queue. */
const MOST_HOOKS = 256;

/** Whether somebody is to be told. @throws Failure where that is mixed with posting */
export function isTelling(
  options: Readonly<Record<string, unknown>>,
): options is TellOptions & typeof options {
  const isTold = options.tell !== undefined;
  const others = isTold ? ["to", "template", "signed", "update", "rate", "bodyBytes"] : ONLY_TOLD;
  const strange = others.find((name) => options[name] !== undefined);
  if (strange !== undefined || (isTold && options.format !== "auto")) {
    const name = (strange ?? "format").replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new Failure(
      `--${name} is for hooks ${isTold ? "to which programs post" : "with --tell"}.`,
      ExitCode.usage,
    );
  }
  return isTold;
}

const ONLY_TOLD: readonly string[] = ["on", "room", "match", "only", "form", "allowInner"];

export async function addTelling(name: string, options: TellOptions, config: HookConfig): Promise<void> {
  const made = await hookFrom(name, options, config);
  await inNewStorage(config.storage.path, async (db) => {
    const remote = db.transaction(() => add(db, made, options, config)).immediate();
    tellSecret(name, made.secret);
    explain(made);
    for (const each of remote) process.stderr.write(`${(await whatBecameOf(db, each, config)).text}\n`);
  });
}

/** Another secret: what is posted from now on is signed with it. */
export function renewOutgoing({ id, name }: StoredOutgoingHook, hooks: OutgoingHooksStore): void {
  const secret = newSigningSecret();
  hooks.renew(id, secret);
  tellSecret(name, secret);
}

/** What a hook is made of, its secret new. @throws Failure for what can't be */
async function hookFrom(
  name: string,
  options: TellOptions,
  config: HookConfig,
): Promise<Omit<NewHook, "bot">> {
  const url = urlIn(options.tell);
  const events = kindsIn(options.on ?? "");
  const { form = "standard", match: pattern } = options;
  if (form === "qtalk" && events.some((kind) => !QTALK_KINDS.includes(kind))) {
    throw new Failure(
      `--form qtalk tells of ${QTALK_KINDS.join(" and ")} alone, as QTalk did.`,
      ExitCode.usage,
    );
  }
  const inner = options.allowInner ?? [];
  const wrong = inner.find((text) => networkOf(text) === undefined);
  if (wrong !== undefined) {
    throw new Failure(`--allow-inner: ${wrong} is neither an address nor a network.`, ExitCode.usage);
  }
  await refuseInner(url, inner);
  const rooms = options.room?.map((text) => roomIn(text, config));
  return {
    ...{ name, url: url.href, secret: newSigningSecret(), events, rooms, pattern, form, inner },
    onlyMentions: options.only !== undefined,
    madeAt: Date.now(),
  };
}

type Remote = NonNullable<ReturnType<typeof remoteRoomOf>>;
type NewHook = Parameters<OutgoingHooksStore["add"]>[0];

/**
 * Makes the hook, and its bot where one may have something to say.
 * @returns the rooms of other services that the bot is to enter
 * @throws Failure where there are too many
 */
function add(db: Database, made: Omit<NewHook, "bot">, options: TellOptions, config: HookConfig): Remote[] {
  refuseTaken(db, made.name);
  const hooks = new OutgoingHooksStore(db);
  if (hooks.count() >= MOST_HOOKS) {
    throw new Failure(`There are ${MOST_HOOKS} hooks that are told, as many as may be.`, ExitCode.dataErr);
  }
  // Nobody is answered of what came back.
  const isAnswered = made.events.some((kind) => kind !== "bounce");
  const { sender, bot } = isAnswered ? speakerFrom(db, made.name, options, config) : NOBODY;
  if (sender !== undefined) {
    throw new Failure(`--as: ${sender} is a user; what is answered, a bot says.`, ExitCode.usage);
  }
  hooks.add({ ...made, bot });
  const remote = (made.rooms ?? []).flatMap(
    (room) => remoteRoomOf(bot, addressOf(room, "--room", config), config) ?? [],
  );
  for (const each of remote)
    askToEnter(db, { ...each, isChosen: false, passwordFile: options.passwordFile }, config);
  return remote;
}

/** Characters of a path. */
const SHOWN_PATH = "/hooks".length;

const NOBODY = { sender: undefined, bot: undefined };

/** The secret goes to standard output, all else to people. */
function tellSecret(name: string, secret: string): void {
  process.stderr.write(
    `The secret that posts to ${name} are signed with (Standard Webhooks), shown this once:\n`,
  );
  say(secret);
}

function explain({ name, events, rooms }: Pick<NewHook, "name" | "events" | "rooms">): void {
  const where = rooms === undefined ? "in every room" : `in ${rooms.join(", ")}`;
  const of = events.some((kind) => kind.startsWith("room") || kind === "member") ? `, ${where}` : "";
  process.stderr.write(
    `It is told of ${events.join(", ")}${of}. Try it: qtalk-component hook test ${name}\n`,
  );
}

/** @returns false where there are none */
export function listOutgoing(db: Database, { xmpp }: HookConfig): boolean {
  const rows = new OutgoingHooksStore(db)
    .list()
    .map((hook) => [
      ...[hook.name, shown(hook.url), hook.events.join(","), hook.rooms?.join(" ") ?? "all"],
      ...[hook.bot === undefined ? "" : `${hook.bot}@${xmpp.domain}`, String(hook.waiting)],
      hook.fault ?? "",
      timeText(hook.madeAt),
    ]);
  if (rows.length > 0) say(table(HEADINGS, rows));
  return rows.length > 0;
}

/** Posts an event of no meaning, signed as all are. What is answered isn't said. */
export async function testOutgoing({ name, url, secret, inner }: StoredOutgoingHook): Promise<void> {
  const poster = new Poster({ url, secret, inner });
  const event = { type: "test", timestamp: new Date().toISOString(), data: { hook: name } };
  const outcome = await poster.post({
    id: `test-${randomBytes(9).toString("hex")}`,
    body: JSON.stringify(event),
  });
  poster.close();
  if (!outcome.isTaken) throw new Failure(`It wasn't taken: ${outcome.reason}.`, ExitCode.unavailable);
  const { status, answer = "(more than is read)" } = outcome;
  say(`It was taken: HTTP ${status}${answer === "" ? "" : `: ${answer.trim()}`}`);
}

function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

/** The part of a URL that holds no secret: neither user, password and query, nor more than the beginning of the path. */
function shown(url: string): string {
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.length > SHOWN_PATH ? `${pathname.slice(0, SHOWN_PATH)}…` : pathname}`;
}

function urlIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol)) return url;
  throw new Failure(`--tell wants a URL such as https://bot.example.org/told.`, ExitCode.usage);
}

function kindsIn(text: string): EventKind[] {
  const kinds = text.split(",").map((kind) => kind.trim());
  const isKnown = (kind: string): kind is EventKind => (EVENT_KINDS as readonly string[]).includes(kind);
  if (kinds.every(isKnown)) return [...new Set(kinds)];
  throw new Failure(`--on wants some of ${EVENT_KINDS.join(",")}, with commas between them.`, ExitCode.usage);
}

function roomIn(text: string, config: HookConfig): string {
  const jid = addressOf(text, "--room", config);
  if (jid.domain === config.xmpp.domain || mayBeRemote(jid, config)) return jid.text;
  throw new Failure(`--room: ${jid.text} is a user's address.`, ExitCode.usage);
}

/** Tells at once what would be found out with the first event. */
async function refuseInner({ hostname }: URL, allowed: readonly string[]): Promise<void> {
  const literal = refuseLiteral(hostname, allowed);
  const fault = literal ?? (await faultOfName(hostname, allowed));
  if (fault instanceof InnerAddress) {
    throw new Failure(
      `${fault.message}. Where that is meant, add: --allow-inner ${fault.address}`,
      ExitCode.usage,
    );
  }
  if (fault !== undefined) process.stderr.write(`${hostname} can't be looked up now: ${fault.message}\n`);
}

function faultOfName(host: string, allowed: readonly string[]): Promise<Error | undefined> {
  if (host.startsWith("[")) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    guardedLookup(allowed)(host, { all: true }, (error) => resolve(error ?? undefined));
  });
}
