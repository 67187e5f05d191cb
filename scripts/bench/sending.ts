/** The message that benchmarks send from person to person, as a call, and as the stanzas that a call becomes. */
import { Jid } from "../../component/address.js";
import { carbonOf } from "../../component/composing/carbon.js";
import { compose, readMessage } from "../../component/composing/message.js";
import { Refusal } from "../../component/refusal.js";
import { serialise } from "../../component/xml/serialise.js";

export const HOST = "qtalk.test.org";
/** Has an account, and isn't logged in. */
export const SENDER = "test1";
/** Is logged in, and counts what comes. */
export const RECEIVER = "test2";
export const ACCOUNTS = [SENDER, RECEIVER].map((username) => ({ username, password: "secret" }));
export const TEXT = "x".repeat(100);

const ID = "ID-OF-THE-MESSAGE";

/** One item of send_thirdmessage. @param id given to no other message: a repeated one would be taken for a retry */
export function thirdMessage(id: string): { from: string; to: string; message: string } {
  const message = `<message type='chat'><body id='${id}' msgType='1' maType='20'>${TEXT}</body></message>`;
  return { from: SENDER, to: RECEIVER, message };
}

/**
 * What the component writes to its stream for that call.
 * @param copies whether with the copy for the sender's own sessions
 */
export function stanzasOf(copies: boolean): (id: string) => string {
  const [from, to] = [Jid.of(SENDER, HOST), Jid.of(RECEIVER, HOST)];
  const message = readMessage(thirdMessage(ID).message, Infinity);
  if (from === undefined || to === undefined || message instanceof Refusal)
    throw new Error("no such message");
  const composed = compose(message, from, to);
  const stanza = serialise(composed.stanza);
  const parts = (stanza + (copies ? carbonOf(composed.from.bare.text, stanza) : "")).split(ID);
  return (id) => parts.join(id);
}

/** @throws Error where a call wasn't done */
export function accepted(body: string): void {
  if (!body.startsWith('{"ret":true')) throw new Error(`the component answered ${body}`);
}
