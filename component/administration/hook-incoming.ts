/** Incoming webhooks: programs post to their URLs, and each post becomes a message. */
import type { HookFilters, HookLimits, StoredHook } from "../../storage/hooks-store.js";
import { Jid, type AccountJid } from "../addresses/address.js";
import { defaultPicture } from "../hooks/known-bots.js";
import { newId } from "../hooks/ids.js";
import { hashOf, newSecret } from "../secrets.js";
import { Templates } from "../hooks/templates.js";
import { readOptions } from "../muc/options/room-options.js";
import { badRequest, granted, Refusal } from "../refusal.js";
import { counted } from "../wording.js";
import type { Context } from "./context.js";
import type { Given } from "./hook-arguments.js";
import { callsOf } from "./hook-calls.js";
import { expectationOf, expectPosts, alertSourceOf } from "./hook-alerts.js";
import { refuseFull, refuseToOwner } from "./hook-owners.js";
import { movePosts } from "./moved-posts.js";
import { isOwner, refuseWithout } from "./rights.js";
import { hookAddressOf, hasRoom, mayBeRemote, refuseRoom, saveHook, hookSenderOf } from "./hook-parts.js";

/** The word that restores a default, the one that stands for all, and the one for none. */
const [DEFAULT, ALL, NONE] = ["default", "*", "none"] as const;

/** The part of a result that shows a new URL, and the key that signs posts. */
function secretsOf({ settings }: Context, id: string, secret: string, key: string | undefined) {
  return { url: `${settings.hooks.url ?? settings.http.url}/hooks/${id}/${secret}`, key };
}

/** Adds or changes an incoming webhook. @param known the hook that is changed; undefined: a new one is added */
export async function putIncoming(context: Context, name: string, given: Given, known?: StoredHook) {
  const { format = known?.format ?? "auto" } = given;
  // A template uses the variables of its format, so it goes with it.
  const template = given.template ?? (known?.format === format ? known.template : undefined);
  const own = template === DEFAULT ? undefined : template;
  const checked = granted({
    alerts: refuseAlerts(given, known),
    text: await refuseTemplate(format, own),
    limits: limitsOf(context, given, known?.limits),
    source: await alertSourceOf(context, given, known?.source),
    expectation: expectationOf(given, known?.expectation),
    as: known ?? hookSenderOf(context, given.as ?? name),
    to: given.to === undefined ? undefined : receiverOf(context, given.to),
  });
  if (checked instanceof Refusal) return checked;
  const { limits, to, expectation } = checked;
  const { source, notes: remarks } = checked.source;
  const { sender, bot } = checked.as;
  const denied = refuseSender(context, sender) ?? refuseToOwner(context, name, given, to);
  if (denied !== undefined) return denied;
  const isHere = to?.domain === context.settings.xmpp.domain;
  const isMoving = given.move_waiting === true && to !== undefined && mayBeRemote(context, to);
  if (given.move_waiting === true && !isMoving)
    return badRequest("move_waiting: only together with `to`, and to a room of another group chat service");
  const foreign = await refuseRoom(context, sender, to);
  if (foreign !== undefined) return foreign;
  const fresh = { id: newId(), secret: newSecret(), key: given.signed === true ? newSecret() : undefined };
  const wanted = await callsOf(context, name, given, { ...known, sender });
  if (wanted instanceof Refusal) return wanted;
  const { calls, called } = wanted;
  const set = {
    format,
    limits,
    calls,
    filters: filtersOf(given, known?.filters),
    source,
    expectation,
    fetchFrom: listed(given.fetch_from, known?.fetchFrom, NONE),
    template: own,
    receiver: to?.text ?? known?.receiver ?? "",
    corrects: given.update ?? known?.corrects ?? false,
    announces: given.announce_resolved ?? known?.announces ?? false,
  };
  const fallback = known === undefined ? defaultPicture(format, name) : undefined;
  const rooms = { to: to === undefined ? [] : [to], known: known === undefined ? [] : [known.receiver] };
  const around = { name, sender, bot, fallback, called, ...rooms };
  const done = await saveHook(context, around, given, () => {
    const { hooks } = context.records;
    let moved = 0;
    if (known !== undefined) {
      hooks.set({ ...set, id: known.id });
      if (calls !== known.calls) context.records.alerts.reconsider(Date.now(), known.id);
      expectPosts(context, known.id, expectation);
      if (isMoving && bot !== undefined)
        moved = movePosts(context, { hook: known.id, bot }, { from: known.receiver, to: to.text });
      const posts = counted(moved, "post that waited goes", "posts that waited go");
      return { message: `The hook ${name} was changed.${moved > 0 ? ` ${posts} to ${set.receiver}.` : ""}` };
    }
    const full = to && refuseFull(context, to);
    if (full !== undefined) return full;
    const secret = hashOf(fresh.secret);
    hooks.add({
      ...set,
      id: fresh.id,
      name,
      secret,
      sender,
      bot,
      signatureKey: fresh.key,
      madeAt: Date.now(),
      madeBy: isOwner(context.who) ? context.who.account?.text : undefined,
    });
    expectPosts(context, fresh.id, expectation);
    const from = sender ?? `${bot ?? ""}@${context.settings.xmpp.domain}`;
    const place = isHere ? `the component's room ${set.receiver}` : set.receiver;
    return { message: `Added the hook ${name}: ${from} sends its posts to ${place}.` };
  });
  if (done instanceof Refusal) return done;
  const { notes } = done;
  notes.push(...remarks);
  const named = Jid.parse(given.to?.trim() ?? "", to?.domain)?.domain;
  if (isHere && named !== undefined && named !== to.domain)
    notes.push(
      `rooms.aliases has ${named}: posts go to the component's room ${to.text}, not to a room of ${named}.`,
    );
  if (isHere && !hasRoom(context, to.local))
    notes.push(
      `There is no room ${to.text} yet, so posts are refused. Create the room: qtalk-component room make ${to.text} --owner USER`,
    );
  if (to !== undefined) notes.push(...ringNotes(context, to));
  if (known !== undefined) return done;
  return { ...done, ...secretsOf(context, fresh.id, fresh.secret, fresh.key) };
}

/** Returns the note that clients won't ring for a room's messages, or may not; none if they will, or the receiver is no room. */
function ringNotes({ records, settings }: Context, to: AccountJid): readonly string[] {
  const { domain, hosts } = settings.xmpp;
  if (to.domain !== domain && !hosts.includes(to.domain))
    return [
      `Clients ring for each post to ${to.text} only if the room is members-only with visible addresses, else for mentions ` +
        "alone. Its own service decides: ask an owner of the room, or see --mention.",
    ];
  const room = to.domain === domain ? records.rooms.find(to.local) : undefined;
  if (room === undefined) return [];
  const { membersOnly, whois } = readOptions(room.options, settings.rooms);
  return membersOnly && whois === "anyone"
    ? []
    : [
        `Clients won't ring for posts to ${to.text}: most ring for each message only if a room is members-only with visible ` +
          `addresses, and elsewhere for mentions. To change that: qtalk-component room set ${to.local} members_only=yes whois=anyone`,
      ];
}

/** Whoever has the URL of a user's hook sends in the user's name. */
function refuseSender({ who }: Context, sender: string | undefined): Refusal | undefined {
  return sender === undefined ? undefined : refuseWithout("all", who, "as: a hook that sends as a user");
}

/** Replaces a hook's URL, and the key that signs posts if the hook has one. */
export function rotateIncoming(context: Context, { id, name, sender, signatureKey }: StoredHook) {
  const denied = refuseSender(context, sender);
  if (denied !== undefined) return denied;
  const secret = newSecret();
  const key = signatureKey === undefined ? undefined : newSecret();
  return context.change(() => {
    context.records.hooks.rotate(id, hashOf(secret), key);
    const message = `The hook ${name} has a new URL; the old one stopped working.`;
    return { message, ...secretsOf(context, id, secret, key) };
  });
}

function refuseAlerts(given: Given, known: StoredHook | undefined): Refusal | undefined {
  const { update = known?.corrects, announce_resolved: announces = known?.announces } = given;
  return announces === true && update !== true
    ? badRequest("announce_resolved: only together with update")
    : undefined;
}

/** Returns a refusal if a text isn't a valid template, or if the format needs one. */
async function refuseTemplate(format: string, text: string | undefined): Promise<Refusal | undefined> {
  if (text === undefined)
    return format === "template" ? badRequest("template: required if the format is template") : undefined;
  const fault = (await Templates.load()).faultIn(text);
  return fault === undefined ? undefined : badRequest(`template: ${fault}`);
}

/** Parses the receiver of a hook's messages. */
function receiverOf(context: Context, text: string): AccountJid | Refusal {
  const jid = hookAddressOf(context, text, "to");
  if (jid instanceof Refusal || jid.domain !== context.settings.xmpp.domain) return jid;
  return context.records.bots.find(jid.local) === undefined
    ? jid
    : badRequest(`to: ${jid.text} is a bot, which can't be a receiver`);
}

/** @param known the hook's present filters */
function filtersOf(given: Given, known?: HookFilters): HookFilters {
  return {
    onlyEvents: listed(given.only_events, known?.onlyEvents, ALL),
    exceptEvents: listed(given.except_events, known?.exceptEvents, ALL),
    branches: listed(given.branches, known?.branches, ALL),
  };
}

type List = readonly string[] | undefined;

/** Returns a list as it is after a change. @param word removes the list */
function listed(wanted: List, present: List, word: string): List {
  if (wanted === undefined) return present;
  return wanted.includes(word) ? undefined : wanted;
}

/** @param known the hook's present limits */
function limitsOf(context: Context, given: Given, known?: HookLimits): HookLimits | Refusal {
  const { bodyLimit } = context.settings.http;
  const { rate = known?.rate, body_bytes: bytes = known?.bodyBytes } = given;
  if (bytes !== undefined && bytes !== DEFAULT && bytes > bodyLimit)
    return badRequest(`body_bytes: expected at most ${bodyLimit} (http.body_limit)`);
  return {
    rate: rate === DEFAULT ? undefined : rate,
    bodyBytes: bytes === DEFAULT ? undefined : bytes,
  };
}
