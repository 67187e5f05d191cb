/**
 * The fault server's multicast service (XEP-0033). It is a process of its own: while it is held up, the server routes
 * later stanzas before its stanzas.
 */
import type { FaultHost, Peer } from "./faults.js";
import { xml, type Element } from "../../component/xml/builder.js";

export const HOST = "qtalk.test.org";
export const SERVICE = `multicast.${HOST}`;
const DISCO = "http://jabber.org/protocol/disco";
const ADDRESS = "http://jabber.org/protocol/address";

export class FaultMulticast {
  readonly #queue: { readonly stanza: Element; readonly connection: Peer }[] = [];
  /** How many stanzas the service received, including ack requests. */
  got = 0;

  constructor(private readonly server: FaultHost) {}

  /** Processes stanzas to the service, and service discovery of it. @returns false for other stanzas */
  consume(stanza: Element, connection: Peer): boolean {
    const { to = "" } = stanza.attrs;
    const { multicast } = this.server.faults;
    if (multicast === "none") return false;
    if (stanza.name === "iq") return (to === HOST || to === SERVICE) && this.#answer(stanza, connection);
    if (to !== SERVICE) return false;
    this.got += 1;
    this.#queue.push({ stanza, connection });
    if (multicast !== "hold") this.serve(Infinity);
    return true;
  }

  /** Processes up to `count` waiting stanzas. */
  serve(count: number): void {
    for (const { stanza, connection } of this.#queue.splice(0, count)) {
      const { multicast } = this.server.faults;
      if (multicast === "refuse") connection.send(this.#refusal(stanza));
      else if (multicast !== "swallow") this.#sendOn(stanza, connection);
    }
    this.server.emit("change");
  }

  #sendOn(stanza: Element, connection: Peer): void {
    const { domain, routed } = this.server;
    const addresses = stanza.getChild("addresses");
    for (const { attrs } of addresses?.getChildElements() ?? []) {
      const { jid = "" } = attrs;
      if (jid === domain) {
        connection.send(`<message to="${domain}" from="${domain}" id="${stanza.attrs.id ?? ""}"/>`);
        continue;
      }
      const children = stanza.children.filter((child) => child !== addresses);
      const sent = xml(stanza.name, { ...stanza.attrs, to: jid }, ...children);
      connection.routed.push(sent);
      routed.push(sent);
      this.server.faults.onStanza(sent, connection);
    }
  }

  #refusal({ name, attrs }: Element): string {
    const { id = "", from = "" } = attrs;
    const error = `<error type="auth"><forbidden xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
    return `<${name} type="error" from="${SERVICE}" to="${from}" id="${id}">${error}</${name}>`;
  }

  #answer(stanza: Element, connection: Peer): boolean {
    const { id = "", to = "", from = "" } = stanza.attrs;
    const ns = stanza.getChild("query")?.getNS() ?? "";
    if (!ns.startsWith(DISCO)) return false;
    const items = to === HOST ? `<item jid="${SERVICE}"/><item jid="${this.server.domain}"/>` : "";
    const feature = `<feature var="${to === SERVICE ? ADDRESS : DISCO}"/>`;
    const answer = ns === `${DISCO}#items` ? items : feature;
    connection.send(
      `<iq type="result" id="${id}" from="${to}" to="${from}"><query xmlns="${ns}">${answer}</query></iq>`,
    );
    return true;
  }
}
