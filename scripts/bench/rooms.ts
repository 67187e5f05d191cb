/** The stanzas of rooms' occupants, who are addresses of a plain component, or clients. */

export const CROWD = "crowd.test";
const MUC = "http://jabber.org/protocol/muc";
/** Configuration that allows thousands of occupants in the server's own rooms. */
export const LARGE_ROOMS = {
  ejabberd: "modules:\n  mod_muc:\n    max_users: 100000\n    default_room_options: {max_users: 100000}\n",
  prosody: "",
};
export const NO_LIMITS = { max_occupants: 100_000, messages_per_second: 1e6, presences_per_second: 1e6 };

export const member = (n: number): string => `user-${n}@${CROWD}/desk`;
/** Returns the attribute with the sender, which a client's stanza doesn't need. */
export const fromMember = (n: number): string => ` from='${member(n)}'`;

export function each(count: number, stanza: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => stanza(n)).join("");
}

export function enters(room: string, n: number, from = fromMember(n)): string {
  return `<presence${from} to='${room}/nick-${n}'><x xmlns='${MUC}'><history maxstanzas='0'/></x></presence>`;
}

export function says(room: string, text: string): string {
  return `<message${fromMember(0)} to='${room}' type='groupchat'><body>${text}</body></message>`;
}

/** Returns a request of the room's owner that sets one field of the configuration. Its id is "asked". */
export function configures(room: string, field: string, values: readonly string[], from?: string): string {
  const type = `<field var='FORM_TYPE'><value>${MUC}#roomconfig</value></field>`;
  const texts = values.map((value) => `<value>${value}</value>`).join("");
  const form = `<x xmlns='jabber:x:data' type='submit'>${type}<field var='muc#roomconfig_${field}'>${texts}</field></x>`;
  return asksOwner(room, "owner", form, from);
}

export function kicks(room: string, count: number): string {
  return asksOwner(
    room,
    "admin",
    each(count, (n) => `<item nick='nick-${n + 1}' role='none'/>`),
  );
}

function asksOwner(room: string, of: "owner" | "admin", query: string, from = fromMember(0)): string {
  return `<iq${from} to='${room}' type='set' id='asked'><query xmlns='${MUC}#${of}'>${query}</query></iq>`;
}
