/** Converts rooms, people, webhooks, callers and dead letters to the JSON of the console's API. */
import type { ShownLetter } from "../../component/administration/dead-letters.js";
import type { ShownHook, ShownOutgoingHook } from "../../component/administration/hooks.js";
import type { KnownPerson } from "../../component/administration/people.js";
import type { ShownMember, ShownRoom } from "../../component/administration/show-room.js";
import type { Occupant } from "../../component/muc/room/occupants.js";
import { subjectText } from "../../component/muc/room/subject.js";
import type { FormField } from "../../component/muc/wire/data-form.js";
import { cut } from "../../component/muc/wire/text.js";
import type { CallerConfig } from "../caller-config.js";
import type * as page from "./page/types.js";

/** The maximum length of a stanza in responses, in characters. */
const MOST_STANZA = 4_000;

export function letterOf({
  id,
  acceptedAt,
  diedAt,
  reason,
  request,
  stanza,
  bytes,
}: ShownLetter): page.Letter {
  const shown = cut(stanza, MOST_STANZA);
  return {
    ...{ id, acceptedAt, diedAt, reason, bytes },
    request: request ?? null,
    stanza: shown,
    isCut: shown.length < stanza.length,
  };
}

type Caller = Omit<page.Caller, "use">;

/** The caller if no callers are configured: any process on this machine. */
export const ANYBODY: Caller = {
  name: "anybody",
  addresses: null,
  token: false,
  endpoints: null,
  senders: ["*"],
  rooms: ["*"],
  everyone: false,
  rate: null,
};

export function callerOf(caller: CallerConfig): Caller {
  const { name, addresses, token_sha256: hash, endpoints, senders, rooms, everyone, rate } = caller;
  return {
    name,
    addresses: addresses?.map(([address, bits]) => `${address.toString()}/${bits}`) ?? null,
    token: hash !== undefined,
    endpoints: endpoints ?? null,
    ...{ senders, rooms, everyone },
    rate: rate ?? null,
  };
}

export function hookOf(hook: ShownHook): Omit<page.Hook, "use"> {
  const { name, receiver, speaker, title, format, signatureKey, corrects, template, limits, madeAt } = hook;
  return {
    ...{ name, receiver, sender: speaker, format, corrects, madeAt },
    title: title ?? null,
    trouble: hook.trouble ?? null,
    rate: limits.rate ?? null,
    bodyBytes: limits.bodyBytes ?? null,
    isSigned: signatureKey !== undefined,
    hasTemplate: template !== undefined,
  };
}

/** Converts an outgoing webhook. Only the host of its URL is returned, because the rest may contain secrets. */
export function outgoingHookOf(hook: ShownOutgoingHook): page.OutgoingHook {
  const { name, url, events, rooms, pattern, form, speaker, madeAt, waiting, deadLetters, failures } = hook;
  return {
    ...{ name, program: new URL(url).host, events, form, madeAt, waiting, deadLetters },
    rooms: rooms ?? null,
    pattern: pattern ?? null,
    sender: speaker ?? null,
    fault: failures === 0 ? null : (hook.fault ?? null),
    retryAt: failures === 0 ? null : hook.retryAt,
    trouble: hook.trouble ?? null,
  };
}

export function roomOf({ room, form, affiliations }: ShownRoom): page.Room {
  const { jid, createdAt, isLocked, subject, options, occupants } = room;
  return {
    name: jid.local,
    address: jid.text,
    title: options.name,
    createdAt,
    isLocked,
    subject:
      subject === undefined ? null : { text: subjectText(subject), nick: subject.nick, at: subject.at },
    inside: occupants.size,
    affiliations,
    fields: form.map(fieldOf),
  };
}

/** Converts a form field. The value of a password isn't returned. */
function fieldOf({ name, label, zh, type, values, choices = [], isOpen = false }: FormField): page.FormField {
  const isSecret = type === "text-private";
  return {
    ...{ name, label: label ?? name, type, choices, isOpen, isSecret },
    ...(zh !== undefined && { zh }),
    values: isSecret ? [] : values,
  };
}

export function occupantOf({ nick, account, affiliation, role, sessions }: Occupant): page.Occupant {
  return { nick: nick.text, account: account.text, affiliation, role, sessions: sessions.size };
}

export function memberOf({ jid, nick, reason, isInside }: ShownMember): page.Affiliated {
  return { jid, nick: nick ?? null, reason: reason ?? null, isInside };
}

export function personOf({ address, person, vcard, keys }: KnownPerson): page.Person {
  const now = Date.now();
  return {
    user: address,
    directory:
      person === undefined
        ? null
        : {
            name: person.name,
            pinyin: person.pinyin,
            avatar: person.avatar,
            department: person.department,
            isEmployed: person.employed,
          },
    vcard: vcard === undefined ? null : { name: vcard.name ?? null, until: vcard.expiresAt },
    keys: keys.map(({ resource, issuedAt, expiresAt }) => ({
      ...{ resource, issuedAt, expiresAt },
      isExpired: expiresAt <= now,
    })),
  };
}
