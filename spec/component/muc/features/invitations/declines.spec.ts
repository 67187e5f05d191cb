/** What declining an invitation may name, and when (XEP-0045 §7.8.2). */
import { expect } from "chai";
import { hag, HAG, onStage, ROOM, WICCA, wiccarocks } from "../../play.js";

const USER = "http://jabber.org/protocol/muc#user";

describe("declining an invitation", () => {
  const play = onStage({}, (play) => play.coven());

  const declines = (attributes: string): Promise<void> =>
    play.sends(wiccarocks, `<message to="${ROOM}"><x xmlns="${USER}"><decline ${attributes}/></x></message>`);
  const heard = (): (string | undefined)[] =>
    play
      .hears(hag)
      .flatMap((message) => message.getChild("x", USER)?.getChild("decline") ?? [])
      .map(({ attrs }) => attrs.from);

  it("names whoever invited by the address that only the two of them know, too", async () => {
    await play.invites(hag, WICCA);
    await declines(`to="${HAG}"`);
    const [message] = play.hears(hag);
    const decline = message?.getChild("x", USER)?.getChild("decline");
    expect(decline?.attrs).to.deep.equal({ from: WICCA });
    expect(decline?.children, "it says why only if it was told").to.deep.equal([]);
  });

  it("is passed on before the disk has the invitation", async () => {
    await Promise.all([play.invites(hag, WICCA), declines(`to="${ROOM}/hag"`)]);
    expect(heard()).to.deep.equal([WICCA]);
  });
});
