/** Outgoing webhooks: programs to which events are delivered by signed HTTP requests. */
import { randomBytes } from "node:crypto";
import type { AccountJid } from "../addresses/address.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import { DeliveryRequests } from "../hooks/outgoing/delivery-requests.js";
import { QTALK_KINDS, type EventKind } from "../hooks/outgoing/outgoing-webhook.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import type { Context } from "./context.js";
import type { Given } from "./hook-arguments.js";
import { saveHook, hookSenderOf } from "./hook-parts.js";
import { checkTarget } from "./hook-target.js";
import { refuseWithout } from "./rights.js";

type Target = Pick<
  StoredOutgoingHook,
  "url" | "events" | "rooms" | "pattern" | "onlyMentions" | "form" | "inner"
>;

/** The maximum number of outgoing webhooks. Each may have a connection and a queue. */
const MAX_HOOKS = 256;
const BLANK: Target = {
  url: "",
  events: [],
  rooms: undefined,
  pattern: undefined,
  onlyMentions: false,
  form: "standard",
  inner: [],
};

/** Adds or changes an outgoing webhook. @param known the hook that is changed; undefined: a new one is added */
export async function putOutgoing(context: Context, name: string, given: Given, known?: StoredOutgoingHook) {
  const denied = refuseWithout("all", context.who, "deliver_to: an outgoing hook, which delivers messages,");
  if (denied !== undefined) return denied;
  const checked = await targetOf(given, known ?? BLANK);
  if (checked instanceof Refusal) return checked;
  const { target, to, notes } = checked;
  const bot = known === undefined ? speakerOf(context, name, given, target) : known.bot;
  if (bot instanceof Refusal) return bot;
  const secret = newSigningSecret();
  const around = { name, sender: undefined, bot, to, known: known?.rooms ?? [] };
  const done = await saveHook(context, around, given, () => {
    const { outgoingHooks } = context.records;
    if (known !== undefined) {
      outgoingHooks.set(known.id, target);
      return { message: `The hook ${name} was changed.` };
    }
    if (outgoingHooks.count() >= MAX_HOOKS)
      return refuse.forbidden(`there are ${MAX_HOOKS} outgoing webhooks, the most there may be`);
    outgoingHooks.add({ ...target, name, secret, bot, madeAt: Date.now() });
    const events = target.events.join(", ");
    return { message: `Added the hook ${name}, which delivers ${events}${whereOf(target)}.` };
  });
  if (done instanceof Refusal) return done;
  return { ...done, ...(known === undefined && { secret }), notes: [...notes, ...done.notes] };
}

/** Returns the bot that replies to a new hook's events; undefined if nobody can be replied to. */
function speakerOf(
  context: Context,
  name: string,
  { as = name }: Given,
  { events }: Target,
): string | undefined | Refusal {
  // A bounce (a stanza of type "error") has no sender to reply to.
  if (events.every((kind) => kind === "bounce")) return undefined;
  const speaker = hookSenderOf(context, as);
  if (speaker instanceof Refusal || speaker.sender === undefined)
    return speaker instanceof Refusal ? speaker : speaker.bot;
  return badRequest(`as: ${speaker.sender} is a user, but replies come from a bot: name a bot's id`);
}

/** Replaces the secret that signs deliveries, from the next delivery on. */
export function rotateOutgoing(context: Context, { id, name }: StoredOutgoingHook) {
  const secret = newSigningSecret();
  return context.change(() => {
    context.records.outgoingHooks.rotate(id, secret);
    return { message: `The hook ${name} signs with a new secret from the next delivery on.`, secret };
  });
}

/** Delivers a signed test event. The program's reply isn't sent to a room. */
export async function testOutgoing({ name, url, secret, inner }: StoredOutgoingHook) {
  const requests = new DeliveryRequests({ url, secret, inner });
  const event = { type: "test", timestamp: new Date().toISOString(), data: { hook: name } };
  const id = `test-${randomBytes(9).toString("hex")}`;
  const outcome = await requests.post({ id, body: JSON.stringify(event) });
  requests.close();
  if (!outcome.isDelivered) return refuse.unavailable(`the test event was not delivered: ${outcome.reason}`);
  const { status, answer = "(too long)" } = outcome;
  return {
    message: `The test event was delivered: HTTP ${status}${answer === "" ? "" : `: ${answer.trim()}`}`,
  };
}

function newSigningSecret(): string {
  return `whsec_${randomBytes(32).toString("base64")}`;
}

function whereOf({ events, rooms }: Target): string {
  if (!events.some((kind) => kind.startsWith("room") || kind === "member")) return "";
  return rooms === undefined ? ", in every room" : `, in ${rooms.join(", ")}`;
}

/**
 * Checks the arguments of an outgoing webhook.
 * @param known the present values, which hold where no argument is given
 * @returns also the newly given rooms, and remarks
 */
async function targetOf(
  given: Given,
  known: Target,
): Promise<
  { readonly target: Target; readonly to: readonly AccountJid[]; readonly notes: string[] } | Refusal
> {
  const { deliver_to, on = known.events, form = known.form, allow_inner: inner = known.inner } = given;
  const text = deliver_to ?? known.url;
  const target = { example: "https://bot.example.org/events", allowed: inner };
  const checked = await checkTarget("deliver_to", text, target);
  if (checked instanceof Refusal) return checked;
  const { url, notes } = checked;
  const events = [...new Set(on)];
  if (events.length === 0) return badRequest("on: no event is given");
  if (form === "qtalk" && events.some((kind) => !QTALK_KINDS.includes(kind as EventKind)))
    return badRequest(`form: qtalk delivers only ${QTALK_KINDS.join(" and ")}, as QTalk did`);
  const { match = known.pattern, only, room = [] } = given;
  const to = given.all_rooms === true ? [] : room;
  const kept = given.all_rooms === true ? undefined : known.rooms;
  const wanted = {
    url: url.href,
    events,
    form,
    inner,
    rooms: to.length > 0 ? to.map((room) => room.text) : kept,
    pattern: match === "" ? undefined : match,
    onlyMentions: only === undefined ? known.onlyMentions : only === "mentions",
  };
  return { target: wanted, to, notes: [...notes] };
}
