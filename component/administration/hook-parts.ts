/** What operations on incoming and outgoing webhooks share: names, receivers, senders, templates, pictures. */
import type { BotPicture } from "../../storage/bots-store.js";
import type { StoredHook } from "../../storage/hooks-store.js";
import type { StoredOutgoingHook } from "../../storage/outgoing-hooks-store.js";
import type { AccountJid } from "../addresses/address.js";
import { parseImage } from "../people/vcard.js";
import { Errcode, Refusal } from "../refusal.js";
import type { Context } from "./context.js";
import { mayBeRemote, requestEntry, type RemoteRoom } from "./entry.js";

export type AnyHook =
  | { readonly kind: "incoming"; readonly hook: StoredHook }
  | { readonly kind: "outgoing"; readonly hook: StoredOutgoingHook };

export function findHook({ records }: Context, name: string): AnyHook | Refusal {
  const incoming = records.hooks.named(name);
  if (incoming !== undefined) return { kind: "incoming", hook: incoming };
  const hook = records.outgoingHooks.named(name);
  if (hook !== undefined) return { kind: "outgoing", hook };
  return new Refusal(Errcode.notFound, `name: there is no hook ${name}: see hook list`);
}

/** Parses an address, or an id at the component's domain. */
export function addressOf(
  { addresses, settings }: Context,
  text: string,
  field: string,
): AccountJid | Refusal {
  return addresses.account(text.trim(), field, settings.xmpp.domain);
}

export function hasRoom({ records }: Context, name: string): boolean {
  return records.rooms.find(name) !== undefined;
}

/** A webhook's sender: a user's address, or a bot's id. */
interface Sender {
  readonly sender: string | undefined;
  readonly bot: string | undefined;
}

/** Parses a sender: a user of xmpp.hosts, or a bot at the component's domain. */
export function senderOf(context: Context, text: string): Sender | Refusal {
  const jid = addressOf(context, text, "as");
  if (jid instanceof Refusal) return jid;
  const { domain, hosts, send_as_users } = context.settings.xmpp;
  if (hosts.includes(jid.domain) && send_as_users === "never")
    return new Refusal(
      Errcode.forbidden,
      `as: the component sends nothing in users' names, as ${jid.text}'s (xmpp.send_as_users: never): name a bot's id`,
    );
  if (hosts.includes(jid.domain)) return { sender: jid.text, bot: undefined };
  if (jid.domain !== domain)
    return new Refusal(
      Errcode.forbidden,
      `as: ${jid.text} is neither a user of the hosts served (${hosts.join(", ")}) nor a bot at ${domain}`,
    );
  if (hasRoom(context, jid.local))
    return new Refusal(
      Errcode.exists,
      `as: a room has the address ${jid.text}, so a bot can't: name another bot with \`as\``,
    );
  return { sender: undefined, bot: jid.local };
}

/** How a bot is shown; undefined fields stay as they are. */
interface BotLook {
  readonly title: string | undefined;
  readonly picture: BotPicture | undefined;
  /** The picture of a bot that has none. */
  readonly fallback?: BotPicture | undefined;
}

/** Creates a sender's bot if needed, and sets its title and picture, inside a transaction. */
export function putBot(
  { records: { bots } }: Context,
  { sender, bot }: Sender,
  { title, picture, fallback }: BotLook,
): Refusal | undefined {
  if (bot === undefined)
    return (title ?? picture) === undefined
      ? undefined
      : new Refusal(
          Errcode.request,
          `title: ${sender ?? "nobody"} is no bot: titles and pictures are for bots`,
        );
  const known = bots.find(bot);
  const shown = picture ?? known?.picture ?? fallback;
  bots.put({ name: bot, title: title ?? known?.title ?? bot, picture: shown });
  return undefined;
}

/** Requests that a webhook's bot enters a room, if the room may belong to another service. Inside a transaction. */
export function requestNeeded(
  context: Context,
  bot: string | undefined,
  to: AccountJid,
  password: string | undefined,
): RemoteRoom | Refusal | undefined {
  if (bot === undefined || !mayBeRemote(context, to)) return undefined;
  const entry = { bot, room: to.text };
  return requestEntry(context, entry, false, password) ?? entry;
}

/** Parses a picture in Base64. */
export function pictureIn(
  { settings }: Context,
  base64: string | undefined,
): BotPicture | Refusal | undefined {
  if (base64 === undefined || base64 === "") return undefined;
  const { avatar_bytes: most } = settings.people;
  const image = parseImage(base64, most);
  if (image !== undefined) return { bytes: image.bytes, type: image.type };
  return new Refusal(
    Errcode.request,
    `picture: expected a PNG, JPEG, GIF or WebP of at most ${most} bytes (people.avatar_bytes)`,
  );
}
