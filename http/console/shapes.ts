/** Rooms, people and hooks, as the console's page gets them. Times are milliseconds since 1970. */
import type { ShownOutgoingHook } from "../../component/administration/hooks.js";
import type { KnownPerson } from "../../component/administration/people.js";
import type { ShownMember, ShownRoom } from "../../component/administration/show-room.js";
import type { Occupant } from "../../component/muc/room/occupant.js";
import { subjectText } from "../../component/muc/room/subject.js";
import type { FormField } from "../../component/muc/wire/data-form.js";

export function roomOf({ room, form, affiliations }: ShownRoom): object {
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

/** Passwords stay where they are. */
function fieldOf({ name, label, zh, type, values, choices = [], isOpen = false }: FormField): object {
  const isSecret = type === "text-private";
  return { name, label: label ?? name, zh, type, values: isSecret ? [] : values, choices, isOpen, isSecret };
}

export function occupantOf({ nick, account, affiliation, role, sessions }: Occupant): object {
  return { nick: nick.text, account: account.text, affiliation, role, sessions: sessions.size };
}

export function memberOf({ jid, nick, reason, isInside }: ShownMember): object {
  return { jid, nick: nick ?? null, reason: reason ?? null, isInside };
}

export function personOf({ address, person, vcard, keys }: KnownPerson): object {
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

/** Only where its program is: the rest of the address may hold secrets. */
export function outgoingHookOf(hook: ShownOutgoingHook): object {
  const {
    name,
    url,
    events,
    rooms,
    pattern,
    form,
    speaker,
    madeAt,
    waiting,
    deadLetters: setAside,
    failures,
  } = hook;
  return {
    ...{ name, program: new URL(url).host, events, form, madeAt, waiting, setAside },
    rooms: rooms ?? null,
    pattern: pattern ?? null,
    speaks: speaker ?? null,
    fault: failures === 0 ? null : (hook.fault ?? null),
    retryAt: failures === 0 ? null : hook.retryAt,
    trouble: hook.trouble ?? null,
  };
}
