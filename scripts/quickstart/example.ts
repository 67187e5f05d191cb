/** The example of send_thirdmessage in QTalk's documentation, and a comparison of what is sent and received. */
import { MIRROR } from "../../component/composing/attribute-mirror.js";
import { ownProperty } from "../../component/own-property.js";
import { NS, type Element } from "../../component/xml/builder.js";
import { parseXml, XmlFault } from "../../component/xml/parse.js";

export type ExampleCall = ReturnType<typeof exampleCall>;

/** Returns a call of send_thirdmessage like the document's, with a readable text. */
export function exampleCall(from = "test1@qtalk.test.org", to = "test2@qtalk.test.org") {
  const body = `<body msgType='1' maType='3' id='backup-of-db1'>The nightly backup of db1 is done.</body>`;
  return {
    from,
    to,
    message: `<message xml:lang='en' from='${from}' to='${to}' type='chat'>${body}</message>`,
  };
}

/** The sender, text and QTalk attributes of a message. */
export type Facts = Readonly<Record<"sender" | "text" | "id" | "msgType" | "maType", string>>;

/**
 * Returns the facts of a received message. Attributes that the server removed from the body are read from
 * their copy in the mirror element (`<qtalk/>`).
 */
export function messageFacts(message: Element): Facts {
  const body = message.getChild("body")?.attrs ?? {};
  const mirror = message.getChild("qtalk", NS.qtalk)?.getChild(MIRROR.body)?.attrs ?? {};
  const read = (name: string): string => ownProperty(body, name) ?? ownProperty(mirror, name) ?? "";
  return {
    sender: message.attrs.from ?? "",
    text: message.getChildText("body") ?? "",
    id: read("id"),
    msgType: read("msgType"),
    maType: read("maType"),
  };
}

export function factsSent(call: ExampleCall): Facts {
  const message = parseXml(call.message);
  if (message instanceof XmlFault) throw new Error(message.reason);
  return { ...messageFacts(message), sender: call.from };
}

/** Returns a table of the sent and the received facts, with a tick for each equal pair. */
export function sideBySide(sent: Facts, received: Facts): string {
  const names = Object.keys(sent) as (keyof Facts)[];
  const wide = Math.max(...names.map((name) => sent[name].length), "the program sent".length);
  const line = (name: string, left: string, right: string): string =>
    `  ${name.padEnd(8)}  ${left.padEnd(wide)}  ${right}`;
  return [
    line("", "the program sent", "the client received"),
    line("", "-".repeat(wide), "-".repeat(wide)),
    ...names.map((name) =>
      line(name, sent[name], `${received[name]}${received[name] === sent[name] ? "  ✓" : "  ✗"}`),
    ),
  ].join("\n");
}
