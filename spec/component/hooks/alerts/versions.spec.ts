/** Which versions of a corrected message are named: clients know the first, or the newest. */
import { expect } from "chai";
import { reactionsTo, versionsOf } from "../../../../component/hooks/alerts/versions.js";
import type { AlertMessage } from "../../../../storage/alerts-store.js";

const ROOM = "ops@rooms.x.test";
const version = (id: string, more: Partial<AlertMessage> = {}): AlertMessage => ({
  ...{ receiver: ROOM, id, alert: 1, stanzaId: `s-${id}`, saidAt: 1, step: undefined, receivedAt: undefined },
  ...{ corrects: undefined, showsState: false, ...more },
});
const unnamed = { stanzaId: undefined };

/** Returns the ids that a reply and reactions name. */
function named(said: readonly AlertMessage[], isRoom = true): readonly [string, ...string[]] {
  const store = { messagesOf: () => [...said] };
  const versions = versionsOf(store, { alert: 1, receiver: ROOM, message: "m", isRoom });
  const reactions = reactionsTo(versions, ["✅"], () => "r");
  return [versions.replied.id, ...reactions.map((each) => each.reactions?.to.id ?? "")];
}

describe("The version of an alert's message that is named", () => {
  const first = version("m");
  const corrections = [version("c1", { corrects: "m" }), version("c2", { corrects: "m" })];

  it("is the only one, if it wasn't corrected, whatever else was said", () => {
    const elsewhere = version("c1", { corrects: "m", receiver: "night@rooms.x.test" });
    expect(named([first, version("other"), version("c0", { corrects: "other" }), elsewhere])).to.deep.equal([
      "m",
      "m",
    ]);
  });

  it("is the newest in replies; in reactions also the first", () => {
    for (const isRoom of [true, false])
      expect(named([first, ...corrections], isRoom)).to.deep.equal(["c2", "c2", "m"]);
  });

  it("has an id in the room, if it is one: a room of another service may not have told it yet", () => {
    const late = version("c3", { corrects: "m", ...unnamed });
    expect(named([first, ...corrections, late])).to.deep.equal(["c2", "c2", "m"]);
    expect(named([version("m", unnamed), late])).to.deep.equal(["m"]);
    expect(named([version("m", unnamed), ...corrections])).to.deep.equal(["c2", "c2"]);
  });

  it("is the alert's message in a chat also if nothing is stored of it", () => {
    expect(named([], false)).to.deep.equal(["m", "m"]);
    expect(named([], true)).to.deep.equal(["m"]);
  });
});
