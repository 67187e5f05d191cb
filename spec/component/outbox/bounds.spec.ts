/** Tables of the outbox keep their bounds, whichever kind of traffic there is alone. */
import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { CallLogStore } from "../../../storage/call-log.js";
import { FaultServer } from "../../support/fault-server.js";
import { message, Sender, until } from "../../support/sender.js";

const TRACE = 10;
const ROOM = "room@conference.qtalk.test.org";

describe("The outbox's tables", () => {
  const account = (n: number) => ({ name: "caller", kind: "caller", request: `r${n}` }) as const;
  const KINDS: Readonly<Record<string, (sender: Sender, n: number) => Promise<unknown>>> = {
    rooms: (sender, n) => sender.accept(message(`m${n}`, { from: `${ROOM}/nick` })),
    presence: (sender) =>
      sender.accept({
        stanza: `<presence from="${ROOM}/nick" to="bob@qtalk.test.org"/>`,
        acceptedAt: Date.now(),
      }),
    calls: (sender, n) =>
      sender.outbox.accept({
        rows: [message(`m${n}`, { fingerprint: randomBytes(16) })],
        account: account(n),
      }),
  };
  for (const [kind, send] of Object.entries(KINDS))
    it(`keep their bounds if there is nothing but ${kind}`, async () => {
      const server = await FaultServer.start();
      const sender = new Sender({ service: server.service, trace: TRACE });
      await sender.ready();
      for (let n = 0; n < 300; n += 1) await send(sender, n);
      await sender.drained();
      const calls = new CallLogStore(sender.db, TRACE);
      while (calls.prune());
      const count = (table: string): number =>
        sender.db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? NaN;
      for (const table of ["acks", "calls", "bounces", "handled_letters"])
        expect(count(table), table).to.be.at.most(kind === "calls" ? TRACE : 0);
      await until("acked rows are deleted", () => count("outbox") === 0);
      await sender.stop();
      await server.hideAway();
    });
});
