/** What occupants' clients show, by the presence that they received. */
import type { Element } from "../../../component/xml/builder.js";

export class Clients {
  /** The occupants whom each session shows: affiliation/role by address. */
  readonly shown = new Map<string, Map<string, string>>();
  /** The type and status codes of the latest presence of each session's own. */
  readonly own = new Map<string, string>();

  constructor(stanzas: readonly Element[]) {
    for (const stanza of stanzas) {
      const { from = "", to = "", type = "available" } = stanza.attrs;
      const x = stanza.getChild("x", "http://jabber.org/protocol/muc#user");
      if (stanza.name !== "presence" || type === "error" || x === undefined) continue;
      const codes = x.getChildren("status").map(({ attrs }) => attrs.code);
      const isOwn = codes.includes("110");
      if (isOwn) this.own.set(to, [type, ...codes].join(" "));
      const shown = this.shown.get(to) ?? new Map<string, string>();
      this.shown.set(to, shown);
      const { affiliation = "", role = "" } = x.getChild("item")?.attrs ?? {};
      if (type === "available") shown.set(from, `${affiliation}/${role}`);
      else if (isOwn && !codes.includes("303")) shown.clear();
      else shown.delete(from);
    }
  }
}
