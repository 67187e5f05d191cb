import { mock } from "node:test";
import { expect } from "chai";
import type { Element } from "../../../../component/xml/builder.js";
import { crone, errorOf, HAG, hag, onStage, ROOM, wiccarocks } from "../play.js";

describe("between occupants", () => {
  const play = onStage({}, async (play) => {
    await play.roomOf(hag, "hag", { "muc#roomconfig_moderatedroom": "1" });
    await play.enters(crone, "crone");
    play.hush();
  });

  describe("requests", () => {
    const asked = (name: string): Promise<Element> =>
      play.until(() => play.link.written.find((iq) => iq.name === "iq" && iq.getChild(name) !== undefined));

    it("are relayed with their answers: nobody learns a real address", async () => {
      const answer = play.asks(crone, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/hag`);
      const question = await asked("query");
      expect(question.attrs).to.include({ from: `${ROOM}/crone`, to: hag, type: "get" });
      await play.sends(
        hag,
        `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}"><query xmlns="jabber:iq:version"><name>Broom</name></query></iq>`,
      );
      const given = await answer;
      expect(given.attrs).to.include({ from: `${ROOM}/hag`, to: crone, type: "result" });
      expect(given.getChild("query")?.getChildText("name")).to.equal("Broom");
    });

    it("are sent to the occupant's latest session", async () => {
      await play.enters(`${HAG}/phone`, "hag");
      const answer = play.asks(crone, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/hag`);
      const { id, to = "" } = (await asked("query")).attrs;
      expect(to).to.equal(`${HAG}/phone`);
      await play.sends(to, `<iq to="${ROOM}/crone" type="result" id="${id}"/>`);
      expect((await answer).attrs.type).to.equal("result");
    });

    for (const [type, condition] of [
      ["cancel", "item-not-found"],
      ["auth", "forbidden"],
      ["modify", "bad-request"],
    ] as const) {
      it(`for a vCard are sent to the account, whose error ${condition} is relayed`, async () => {
        const answer = play.asks(crone, "get", `<vCard xmlns="vcard-temp"/>`, `${ROOM}/hag`);
        const question = await asked("vCard");
        expect(question.attrs.to).to.equal(HAG);
        const error = `<error type="${type}"><${condition} xmlns="urn:ietf:params:xml:ns:xmpp-stanzas"/></error>`;
        await play.sends(HAG, `<iq to="${ROOM}/crone" type="error" id="${question.attrs.id}">${error}</iq>`);
        expect(errorOf(await answer)).to.equal(`${type}/${condition}`);
        play.receives(crone);
      });
    }

    it("are answered with a timeout if nobody answers", async () => {
      mock.timers.enable({ apis: ["setTimeout"] });
      try {
        const answer = play.asks(crone, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/hag`);
        await new Promise(setImmediate);
        mock.timers.tick(30_000);
        expect(errorOf(await answer)).to.equal("wait/remote-server-timeout");
      } finally {
        mock.timers.reset();
      }
    });

    it("are for occupants, to occupants", async () => {
      const ask = async (from: string, nick: string): Promise<string> =>
        errorOf(await play.asks(from, "get", `<query xmlns="jabber:iq:version"/>`, `${ROOM}/${nick}`));
      expect(await ask(wiccarocks, "hag")).to.equal("modify/not-acceptable by coven");
      expect(await ask(crone, "nobody")).to.equal("cancel/item-not-found by coven");
    });
  });
});
