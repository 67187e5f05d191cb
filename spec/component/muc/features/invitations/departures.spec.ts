/** Whose client is asked whether they left on purpose: theirs alone whom something said might invite. */
import { expect } from "chai";
import { crone, CRONE, hag, Play, ROOM, wiccarocks } from "../../play.js";

describe("who leaves a room is asked whether they meant to", () => {
  let play: Play;
  afterEach(() => play.close());

  /** Who of these is asked, having left a room with these options, of which crone is a member. */
  const asked = async (fields: Readonly<Record<string, string>>, ...who: string[]): Promise<string[]> => {
    const all: string[] = [];
    play = await new Play().ready();
    Object.assign(play.service.context.departures, {
      left: (_room: unknown, { text }: { readonly text: string }): Promise<void> => {
        all.push(text);
        return Promise.resolve();
      },
    });
    await play.roomOf(hag, "hag", fields);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    for (const one of who) await play.enters(one, one.slice(0, 5));
    for (const one of who) await play.sends(one, `<presence to="${ROOM}" type="unavailable"/>`);
    return all;
  };
  const persistent = { "muc#roomconfig_persistentroom": "1" };

  it("where only members enter, and it stays", async () => {
    expect(await asked({ ...persistent, "muc#roomconfig_membersonly": "1" }, crone)).to.deep.equal([crone]);
  });

  it("not where all enter", async () => {
    expect(await asked(persistent, crone, wiccarocks)).to.deep.equal([]);
  });

  it("not while another session of theirs is inside", async () => {
    const phone = crone.replace("desktop", "phone");
    const members = { ...persistent, "muc#roomconfig_membersonly": "1" };
    expect(await asked(members, phone, crone)).to.deep.equal([crone]);
  });

  /** What invites crone, who left a room of members and whose session gives these answers, of what is said later. */
  const invitedLater = async (...answers: object[]): Promise<(string | null)[]> => {
    const members = { ...persistent, "muc#roomconfig_membersonly": "1" };
    play = await new Play().ready();
    let count = 0;
    Object.assign(play.service.context.requests, {
      ask: () => Promise.resolve(answers[count++]),
    });
    await play.roomOf(hag, "hag", members);
    await play.administers(hag, `<item affiliation="member" jid="${CRONE}"/>`);
    await play.enters(crone, "crone");
    await play.sends(crone, `<presence to="${ROOM}" type="unavailable"/>`);
    await new Promise(setImmediate);
    expect(count, "one that logs out has a moment to end").to.equal(0);
    await play.until(() => count === answers.length || undefined);
    await new Promise(setImmediate);
    play.hears(CRONE);
    await play.says(hag, "Are you there?");
    return play.hears(CRONE).map((message) => message.getChildText("body"));
  };
  const silence = { kind: "silence" };

  it("and invited by what is said later, once it is known that they were lost", async () => {
    expect(await invitedLater(silence)).to.deep.equal([`coven xmpp:${ROOM}?join\nhag: Are you there?`]);
  });

  it("also where an error is the first answer, and none is the second", async () => {
    const refused = { kind: "error", condition: "service-unavailable" };
    expect(await invitedLater(refused, silence)).to.deep.equal([
      `coven xmpp:${ROOM}?join\nhag: Are you there?`,
    ]);
  });
});
