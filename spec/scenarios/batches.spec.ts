/** A batch of which something is at fault: the rest arrives, and arrives once. */
import { expect } from "chai";
import type { Client, Element } from "../../scripts/lab/client.js";
import { componentOn, onServer } from "../support/servers.js";

const isMessage = (stanza: Element): boolean => stanza.is("message");

describe("A program that sends batches", () => {
  onServer("prosody", {}, (stage) => {
    const running = componentOn(stage);
    let receiver: Client;
    beforeEach(async () => {
      receiver = await stage.client("receiver");
    });

    const call = (message: string): object => ({ from: "test1", to: receiver.bareJid, message });
    const chat = (text: string, id: string): string =>
      `<message type='chat'><body id='${id}'>${text}</body></message>`;

    it("sends what is good of a thousand messages, names what isn't, and may send all again", async () => {
      const batch: unknown[] = Array.from({ length: 1000 }, (_, i) => call(chat("x", `k-${i}`)));
      batch[17] = call("<message><body id='k-17'>a & b</body></message>");
      batch[500] = { ...call(chat("x", "k-500")), from: "somebody@elsewhere.org" };
      batch[999] = { from: "test1", message: chat("x", "k-999") };
      for (const time of ["first", "again"]) {
        const answer = await running().post("send_thirdmessage", batch);
        const body = await answer.text();
        expect(answer.status, time).to.equal(200);
        // A busy server takes its time over so many; what follows arrives all the same.
        expect(answer.headers.get("x-qtalk-delivery"), time).to.be.oneOf(["confirmed", "queued"]);
        const { ret, errcode, errmsg } = JSON.parse(body) as {
          ret: boolean;
          errcode: number;
          errmsg: string;
        };
        expect([ret, errcode], time).to.deep.equal([false, 1]);
        expect(errmsg, time).to.match(
          /^item 17: message .*; item 500: from: .*; item 999: to: .*; the other 997 were sent$/,
        );
      }
      await running().post("send_thirdmessage", call(chat("last", "k-last")));
      const ids: string[] = [];
      while (ids.at(-1) !== "k-last") ids.push((await receiver.next(isMessage)).attrs.id ?? "");
      const good = batch.map((_, i) => `k-${i}`).filter((_, i) => ![17, 500, 999].includes(i));
      expect(ids).to.deep.equal([...good, "k-last"]);
    });
  });
});
