/** The message that benchmarks send from user to user: as a call, and as the stanza that a call becomes. */
import { Jid } from "../../component/address.js";
import { compose, parseMessage } from "../../component/composing/message.js";
import { Refusal } from "../../component/refusal.js";
import { serialise } from "../../component/xml/serialise.js";

export const HOST = "qtalk.test.org";
/** Has an account, and isn't logged in. */
export const SENDER = "test1";
/** Is logged in, and counts what comes. */
export const RECEIVER = "test2";
export const ACCOUNTS = [SENDER, RECEIVER].map((username) => ({ username, password: "secret" }));
export const TEXT = "x".repeat(100);

/** One item of send_thirdmessage. @param id given to no other message: a repeated one would be taken for a retry */
export function thirdMessage(id: string): { from: string; to: string; message: string } {
  const message = `<message type='chat'><body id='${id}' msgType='1' maType='20'>${TEXT}</body></message>`;
  return { from: SENDER, to: RECEIVER, message };
}

/** What the component writes to its stream for that call, by the message's id. */
export function stanzaOf(): (id: string) => string {
  const mark = "ID-OF-THE-MESSAGE";
  const [from, to] = [Jid.of(SENDER, HOST), Jid.of(RECEIVER, HOST)];
  const message = parseMessage(thirdMessage(mark).message, Infinity);
  if (from === undefined || to === undefined || message instanceof Refusal)
    throw new Error("no such message");
  const parts = serialise(compose(message, from, to).stanza).split(mark);
  return (id) => parts.join(id);
}

/** @throws Error if a call failed */
export function accepted(body: string): void {
  if (!body.startsWith('{"ret":true')) throw new Error(`the component answered ${body}`);
}
