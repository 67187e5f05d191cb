/** Taking back what one said oneself (XEP-0424), beside a moderator who does. */
import { expect } from "chai";
import type { WatchedRetraction } from "../../../../component/muc/room/watch.js";
import { UNWATCHED } from "../stage.js";
import { archived, idOf, request, RETRACT } from "./moderating.js";
import { crone, hag, onStage } from "../play.js";

describe("taking back what one said", () => {
  const play = onStage();
  const watched: WatchedRetraction[] = [];
  beforeEach(async () => {
    watched.length = 0;
    const watch = {
      ...UNWATCHED,
      retracted: (_: unknown, retraction: WatchedRetraction) => watched.push(retraction),
    };
    await play.begins({ watch });
    await play.coven();
  });

  const said = async (text: string): Promise<string> => {
    await play.says(crone, text, "m1");
    return idOf(play.hears(crone).at(-1));
  };
  const takesBack = (id: string): Promise<void> =>
    play.posts(crone, `<retract xmlns="${RETRACT}" id="${id}"/>`, "m2");
  const reasons = async (): Promise<(string | null | undefined)[]> => {
    const messages = await archived(play, hag);
    return messages.flatMap((message) => {
      const retracted = message.getChild("retracted", RETRACT);
      return retracted === undefined ? [] : [retracted.getChildText("reason")];
    });
  };

  it("leaves the moderator's word in its place where one was quicker, who is told to whoever watches", async () => {
    const id = await said("free potions");
    await play.asks(hag, "set", request(id, "<reason>spam</reason>"));
    expect(watched).to.deep.equal([{ target: id, by: "hag", reason: "spam" }]);
    await takesBack(id);
    expect(await reasons()).to.deep.equal(["spam"]);
  });
});
