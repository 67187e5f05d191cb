/** Messages that programs send by calls, and users' clients receive. */
import { expect } from "chai";
import { NS } from "../../component/xml/builder.js";
import type { Client, Element } from "../../scripts/lab/client.js";
import type { ComponentProcess } from "../../scripts/lab/component-process.js";
import type { TestServer } from "../support/servers.js";

/** Prosody's module tells users, too, what they are permitted: nothing. */
export const isMessage = (stanza: Element): boolean => stanza.is("message") && !stanza.getChild("privilege");

/** A message as send_thirdmessage takes it. */
export const chat = (text: string, id = "1"): string =>
  `<message type='chat'><body id='${id}'>${text}</body></message>`;

/** The message in a copy for its sender's sessions (XEP-0280). */
export const copyIn = (message: Element): Element | undefined =>
  message.getChild("sent", NS.carbons)?.getChild("forwarded", NS.forward)?.getChild("message");

export const nextText = async (client: Client): Promise<string | null | undefined> =>
  (await client.next(isMessage)).getChildText("body");

/** Makes a call. @returns the answer, and what became of the stanzas */
export async function answered(component: ComponentProcess, endpoint: string, body: object) {
  const response = await component.post(endpoint, body);
  const { status, headers } = response;
  return { status, delivery: headers.get("x-qtalk-delivery"), body: await response.text() };
}

/** Makes a call whose stanzas the server must take. */
export async function confirmed(component: ComponentProcess, endpoint: string, body: object): Promise<void> {
  expect((await answered(component, endpoint, body)).delivery).to.equal("confirmed");
}

/** Waits for messages with these ids, and for no others between them. */
export async function receives(client: Client, ids: readonly string[]): Promise<void> {
  const received: unknown[] = [];
  while (received.length < ids.length) received.push((await client.next(isMessage)).attrs.id);
  expect(received).to.deep.equal(ids);
}

/** Sends an array of messages, which arrive in their order. @param froms the senders, in turn */
export async function sendsInOrder(
  component: ComponentProcess,
  receiver: Client,
  ...froms: string[]
): Promise<void> {
  const ids = Array.from({ length: 50 }, (_, i) => `id-${i}`);
  const batch = ids.map((id, at) => ({
    ...{ from: froms[at % froms.length], to: receiver.bareJid, message: chat("x", id) },
  }));
  await confirmed(component, "send_thirdmessage", batch);
  await receives(receiver, ids);
}

/** Waits until the server has everything. */
export const drained = (component: ComponentProcess): Promise<void> =>
  component.until(
    async () => (await component.metric("qtalk_outbox_stanzas")) === 0,
    "done with what was queued",
  );

/** Sends a message while the server is down, which is received afterwards. */
export async function sendsLater(stage: TestServer, component: ComponentProcess): Promise<void> {
  const account = await stage.account("away");
  await stage.server.halt();
  const call = { from: "test1", to: `${account.username}@${account.host}`, message: chat("kept", "down-1") };
  const { delivery, body } = await answered(component, "send_thirdmessage", call);
  expect([delivery, body]).to.deep.equal(["queued", '{"ret":true,"errcode":0,"errmsg":"success","data":""}']);
  expect((await component.get("/readyz"))?.status).to.equal(503);
  await stage.server.restart();
  // Not before it lies in offline storage: ejabberd keeps what is stored during a login for the next one.
  await drained(component);
  expect(await nextText(await stage.client(account))).to.equal("kept");
}
