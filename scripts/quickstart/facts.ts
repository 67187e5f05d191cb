/** Compares the sender, text and QTalk attributes of a sent and a received message. */
import { parseXml, XmlFault } from "../../component/xml/parse.js";
import { MIRROR } from "../../component/composing/attribute-mirror.js";
import { NS, type Element } from "../../component/xml/builder.js";
import type { ExampleCall } from "./example.js";
import { ownProperty } from "../../component/own-property.js";

export interface Facts {
  readonly sender: string;
  readonly text: string;
  readonly id: string;
  readonly msgType: string;
  readonly maType: string;
}

/**
 * Returns the facts of a received message. Attributes that the server removed from the body are read from
 * their copy in the mirror element (`<qtalk/>`).
 */
export function factsOf(message: Element): Facts {
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
  return { ...factsOf(message), sender: call.from };
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
