/** Permission to send requests to other occupants (muc#roomconfig_allow_query_users). */
import { expect } from "chai";
import { crone, errorOf, hag, onStage, ROOM } from "../play.js";

const NAME = "muc#roomconfig_allow_query_users";
const INFO = `<query xmlns="http://jabber.org/protocol/disco#info"/>`;

describe("requests from occupant to occupant", () => {
  const play = onStage({}, (play) => play.coven());

  const advertised = async (): Promise<string | undefined> => (await play.info(crone)).fields[NAME];
  const asks = async (payload: string, nick = "hag"): Promise<string> =>
    errorOf(await play.asks(crone, "get", payload, `${ROOM}/${nick}`));

  for (const field of [NAME, "allow_query_users"]) {
    it(`aren't relayed if ${field} is off, which is advertised`, async () => {
      expect(await advertised()).to.equal("1");
      await play.configures(hag, { [field]: "0" });
      expect(await advertised()).to.equal("0");
      const before = play.link.written.length;
      for (const payload of [INFO, `<query xmlns="jabber:iq:version"/>`, `<ping xmlns="urn:xmpp:ping"/>`])
        expect(await asks(payload)).to.equal("cancel/not-allowed by coven");
      expect(play.link.written.slice(before).filter(({ attrs }) => attrs.to === hag)).to.deep.equal([]);
    });
  }

  it("are always relayed if they are for a vCard or to oneself", async () => {
    await play.configures(hag, { [NAME]: "0" });
    const answer = play.asks(crone, "get", `<vCard xmlns="vcard-temp"/>`, `${ROOM}/hag`);
    const question = await play.until(() =>
      play.link.written.find((iq) => iq.getChild("vCard") !== undefined),
    );
    await play.sends(
      "hag66@qtalk.test.org",
      `<iq to="${ROOM}/crone" type="result" id="${question.attrs.id}"><vCard xmlns="vcard-temp"/></iq>`,
    );
    expect((await answer).attrs.type).to.equal("result");
    const ping = `<ping xmlns="urn:xmpp:ping"/>`;
    expect((await play.asks(crone, "get", ping, `${ROOM}/crone`)).attrs.type).to.equal("result");
  });
});
