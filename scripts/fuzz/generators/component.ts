/** Stanzas of another component of the server's: as a remote server's users would send them, and as none would. */
import fc from "fast-check";
import { address, nick, quoted, room } from "../arbitrary/address.js";
import { inside } from "../arbitrary/element.js";
import { HOSTILE_DOMAIN } from "../case.js";
import type { Generator } from "../generator.js";

const from = fc.oneof(
  {
    arbitrary: fc.constantFrom(`eve@${HOSTILE_DOMAIN}/fuzz`, `eve@${HOSTILE_DOMAIN}`, HOSTILE_DOMAIN),
    weight: 4,
  },
  { arbitrary: nick.map((name) => `eve@${HOSTILE_DOMAIN}/${name}`), weight: 1 },
);
const to = fc.oneof(
  { arbitrary: room, weight: 3 },
  { arbitrary: fc.tuple(room, nick).map((parts) => parts.join("/")), weight: 3 },
  { arbitrary: address, weight: 1 },
);
const type = fc.constantFrom(
  "get",
  "set",
  "result",
  "error",
  "chat",
  "groupchat",
  "unavailable",
  "probe",
  "x",
);

export const component: Generator = {
  name: "component",
  steps: fc
    .record({ name: fc.constantFrom("message", "presence", "iq"), from, to, type, inner: inside })
    .map(({ name, from: sender, to: receiver, type: kind, inner }) => [
      {
        do: "send",
        by: "component",
        stanza: `<${name} from=${quoted(sender)} to=${quoted(receiver)} type='${kind}' id='{id}'>${inner}</${name}>`,
      },
    ]),
};
