/** The message that benchmarks send: as an HTTP request to the component, and as the resulting stanza. */
import { Jid } from "../../component/addresses/address.js";
import { compose, parseMessage } from "../../component/composing/message.js";
import { Refusal } from "../../component/refusal.js";
import { serialise } from "../../component/xml/serialise.js";

export const HOST = "qtalk.test.org";
/** The sender's localpart. The sender has an account and isn't logged in. */
export const SENDER = "test1";
/** The receiver's localpart. The receiver is logged in and counts the messages. */
export const RECEIVER = "test2";
export const ACCOUNTS = [SENDER, RECEIVER].map((username) => ({ username, password: "secret" }));
export const TEXT = "x".repeat(100);

/** Returns one message of send_thirdmessage. @param id a new id, because a repeated id means a retry */
export function thirdMessage(id: string): { from: string; to: string; message: string } {
  const message = `<message type='chat'><body id='${id}' msgType='1' maType='20'>${TEXT}</body></message>`;
  return { from: SENDER, to: RECEIVER, message };
}

/** Returns a function that makes the stanza which the component sends for `thirdMessage(id)`. */
export function stanzaOf(): (id: string) => string {
  const mark = "ID-OF-THE-MESSAGE";
  const [from, to] = [Jid.of(SENDER, HOST), Jid.of(RECEIVER, HOST)];
  const message = parseMessage(thirdMessage(mark).message, Infinity);
  if (from === undefined || to === undefined || message instanceof Refusal)
    throw new Error("no such message");
  const parts = serialise(compose(message, from, to).stanza).split(mark);
  return (id) => parts.join(id);
}

export function accepted(body: string): void {
  if (!body.startsWith('{"ret":true')) throw new Error(`the component answered ${body}`);
}
