/** Users' bookmarks (XEP-0402) on a server that lets the component read and set them in users' names (XEP-0356). */
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import type { Permissions } from "../../../component/privilege/permissions.js";

/** What the server does with requests: also as ejabberd before 25.03, which sends them back, or as one that hangs. */
type Manner = "works" | "echoes" | "refuses" | "hangs";

export class Pep implements Pick<Permissions, "mayGet" | "maySet"> {
  manner: Manner = "works";
  isPermitted = true;
  /** The requests in users' names, such as `get wicca@x.test`. */
  asked: string[] = [];
  /** The options with which bookmarks were published: fields by name. */
  options: Readonly<Record<string, string>> = {};
  readonly #items = new Map<string, Element>();

  /** Begins anew. */
  reset(): void {
    this.forgets();
    Object.assign(this, { manner: "works", isPermitted: true, asked: [], options: {} });
  }

  /** Deletes all bookmarks, as the users' clients do. */
  forgets(): void {
    this.#items.clear();
  }

  mayGet(_host: string, namespace: string): boolean {
    return this.isPermitted && namespace === "http://jabber.org/protocol/pubsub";
  }

  maySet(host: string, namespace: string): boolean {
    return this.mayGet(host, namespace);
  }

  /** Keeps a bookmark as the user's client does. */
  keeps(user: string, room: string, conference: Element): void {
    this.#items.set(`${user} ${room}`, xml("item", { id: room }, conference));
  }

  /** Returns a user's bookmark of a room. */
  bookmark(user: string, room: string): Element | undefined {
    return this.#items.get(`${user} ${room}`)?.getChildElements()[0];
  }

  /** Answers a request in a user's name. @returns undefined for any other stanza, "nothing" if the server hangs */
  answer(stanza: Element): Element | "nothing" | undefined {
    const request = stanza.getChild("privileged_iq", NS.privilege)?.getChild("iq");
    if (stanza.name !== "iq" || request === undefined) return undefined;
    const { to: user = "", from, id, type } = request.attrs;
    if (from !== user || stanza.attrs.to !== user) throw new Error("a user's bookmarks are the user's own");
    this.asked.push(`${type ?? ""} ${user}`);
    if (this.manner === "hangs") return "nothing";
    const inside = this.manner === "echoes" ? request : this.#response(request, user);
    const forwarded = xml("forwarded", NS.forward, inside);
    return xml(
      "iq",
      { from: user, to: stanza.attrs.from, id, type: this.manner === "echoes" ? type : "result" },
      xml("privilege", NS.privilege, forwarded),
    );
  }

  #response(request: Element, user: string): Element {
    const pubsub = request.getChild("pubsub", NS.pubsub);
    const response = (type: string, ...children: readonly Element[]): Element =>
      xml("iq", { xmlns: NS.client, type, from: user, id: request.attrs.id }, ...children);
    const error = (condition: string): Element =>
      response("error", xml("error", { type: "cancel" }, xml(condition, NS.stanzas)));
    if (this.manner === "refuses") return error("forbidden");
    const [published] = pubsub?.getChild("publish")?.getChildren("item") ?? [];
    if (published !== undefined) {
      this.#items.set(`${user} ${published.attrs.id ?? ""}`, published);
      const fields = pubsub?.getChild("publish-options")?.getChild("x", NS.data)?.getChildren("field") ?? [];
      this.options = Object.fromEntries(
        fields.map((field) => [field.attrs.var, field.getChildText("value") ?? ""]),
      ) as Record<string, string>;
      return response("result");
    }
    const retracted = pubsub?.getChild("retract")?.getChild("item")?.attrs.id;
    if (retracted !== undefined)
      return this.#items.delete(`${user} ${retracted}`) ? response("result") : error("item-not-found");
    const all = [...this.#items].filter(([key]) => key.startsWith(`${user} `));
    if (all.length === 0) return error("item-not-found");
    const id = pubsub?.getChild("items")?.getChild("item")?.attrs.id;
    const found = all.flatMap(([, item]) => (item.attrs.id === id ? [item] : []));
    return response("result", xml("pubsub", NS.pubsub, xml("items", { node: NS.bookmarks }, ...found)));
  }
}
