import { expect } from "chai";
import type { MulticastServices } from "../../../component/outbox/multicast-services.js";
import { MulticastRoutes } from "../../../component/outbox/multicast-routes.js";
import { xml } from "../../../component/xml/builder.js";
import { serialise } from "../../../component/xml/serialise.js";
import { addressable } from "../../../component/xml/splice.js";
import { stanzasOf } from "../../../component/xml/stored.js";
import { LEFT_FREE } from "../../../component/xml/wire-text.js";

const DOMAIN = "rooms.x.test";
const STANZA_BYTES = 256 * 1024;

describe("What a service sends on to many", () => {
  for (const size of [100, STANZA_BYTES - LEFT_FREE.kept - 200]) {
    it(`is, with its addresses, no larger than the server takes: ${size} bytes of text`, () => {
      const most = { message: Infinity, presence: Infinity };
      const services = { isInUse: true, serviceFor: () => ({ jid: "multicast.x.test", most }) };
      const way = new MulticastRoutes(DOMAIN, services as unknown as MulticastServices);
      const body = xml("body", {}, "x".repeat(size));
      const parts = addressable(serialise(xml("message", { from: `room@${DOMAIN}/nick`, id: "1" }, body)));
      const origin = { kind: "message", sender: `room@${DOMAIN}` } as const;
      const recipients = Array.from(
        { length: 400 },
        (_, n) => `${"用户".repeat(30)}${n}@x.test/${"'".repeat(200)}`,
      );
      let done = 0;
      while (done < recipients.length) {
        const { text, count } = way.many({ parts, recipients, origin }, done);
        for (const one of stanzasOf(text)) expect(Buffer.byteLength(one)).to.be.at.most(STANZA_BYTES);
        expect(count).to.be.above(0);
        done += count;
      }
    });
  }
});
