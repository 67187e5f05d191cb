/** What hooks send, and where: posts, alerts, steps and answers all go out in the name of the hook's bot or user. */
import { Jid } from "../addresses/address.js";
import type { OperationContext } from "../operations/context.js";
import { Refusal } from "../refusal.js";
import { hookFaultOf, HookFault } from "./fault.js";
import type { Hook } from "./hook.js";
import { sendPost, type OutgoingPost, type RemoteRoomsApi, type SentPost } from "./sending.js";

/** What is sent in a hook's name. */
export interface MessagesOfHook extends Pick<OutgoingPost, "to" | "messages" | "note"> {
  /** The id of the HTTP request; undefined if the component speaks by itself. */
  readonly request?: string;
}

interface Ways {
  readonly context: OperationContext;
  readonly remote: RemoteRoomsApi;
}

/** Sends messages in a hook's name, on the hook's account: all of them, in one transaction, or none. */
export function sendByHook(
  { name, from, title }: Pick<Hook, "name" | "from" | "title">,
  { request, ...post }: MessagesOfHook,
  { context, remote }: Ways,
): Promise<SentPost> {
  const asked = request === undefined ? {} : { request };
  const account = { kind: "caller", name: `hook ${name}`, ...asked } as const;
  return sendPost({ ...context, account, ...asked }, { ...post, from, bot: title }, remote);
}

/** As sendByHook(), for what the component says by itself. @returns why nothing was accepted; undefined if it was */
export async function sayByHook(
  hook: Pick<Hook, "name" | "from" | "title">,
  messages: MessagesOfHook,
  ways: Ways,
): Promise<HookFault | undefined> {
  const outcome = await sendByHook(hook, messages, ways);
  if (outcome instanceof Refusal) return hookFaultOf(outcome);
  return outcome instanceof HookFault ? outcome : undefined;
}

/** Whether a hook's messages to an address go to a room, here or at another service. */
export function isRoomFor({ bot }: Pick<Hook, "bot">, to: Jid, { context, remote }: Ways): boolean {
  return context.addresses.roomAt(to) !== undefined || (bot !== undefined && remote.has(bot, to));
}

/** Whether an address is that of a room of another service that the hook's bot has left, so that nothing can be said there. */
export function hasLeft(
  { bot }: Pick<Hook, "bot">,
  place: string,
  { remote }: Pick<Ways, "remote">,
): boolean {
  const to = Jid.parse(place);
  return bot !== undefined && to !== undefined && remote.hasLeft(bot, to);
}
