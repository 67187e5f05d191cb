/** Calls for a room's options and vCard. */
import { expect } from "chai";
import { changeMucOpts, sendNoticeVcard } from "../../../../component/operations/rooms.js";
import { commitWork } from "../../../../component/operations/room-call.js";
import { StanzaError } from "../../../../component/inbound/stanza-error.js";
import { Refusal } from "../../../../component/refusal.js";
import getMucOpts from "../../../../http/endpoints/management/get-muc-opts.js";
import { DOMAIN, ROOM } from "../play.js";
import { onStage } from "../stage.js";

describe("calls for a room's options", () => {
  const room = { id: "coven", domain: DOMAIN };
  const LOCAL = { address: "127.0.0.1", refuseEveryone: undefined };
  const play = onStage({}, "HAG calls create\nHAG calls add crone1\nhag enters\ncrone enters\nall hush");

  const changes = async (more: Record<string, string>): Promise<string> => {
    const none = { public: undefined, persistent: undefined, maxUsers: undefined, owner: undefined };
    const result = await changeMucOpts(play.context, { room, ...none, ...more });
    return result instanceof Refusal ? result.message : "done";
  };
  const reads = (): Promise<unknown> =>
    Promise.resolve(getMucOpts.run(play.context, { muc: "coven", domain: DOMAIN }, LOCAL));
  const shows = (maxusers: number, showname: string, user: string): object => {
    return { data: { mucid: ROOM, maxusers, showname, owner: [{ user, host: "qtalk.test.org" }] } };
  };

  it("read what the form shows", async () => {
    await play.acts("hag configures roomname=Cave maxusers=30");
    expect(await reads()).to.deep.equal(shows(30, "Cave", "hag66"));
  });

  it("change the named options only, and notify occupants", async () => {
    await play.acts("hag asks form | {persistentroom=1} {publicroom=0} {membersonly=1}");
    expect(await changes({ persistent: "false", public: "true", maxUsers: "12" })).to.equal("done");
    await play.acts(
      `crone < message coven groupchat 104
      hag asks form | {persistentroom=0} {publicroom=1} {maxusers=12} {membersonly=1} {whois=anyone}`.replace(
        /\n +/,
        "\n",
      ),
    );
    expect(await changes({ persistent: "true" })).to.equal("done");
    await play.acts("hag asks form | {persistentroom=1} {publicroom=1} {maxusers=12} {membersonly=1}");
  });

  it("replace the owners", async () => {
    expect(await changes({ owner: "crone1" })).to.equal("done");
    expect(await reads()).to.deep.equal(shows(1000, "", "crone1"));
    await play.acts("hag ~ presence coven/crone owner/moderator");
  });

  it("invite an owner who wasn't a member, without naming an inviter", async () => {
    expect(await changes({ owner: "wiccarocks" })).to.equal("done");
    const text = `An administrator made you a member of coven: xmpp:${ROOM}?join`;
    await play.acts(`WICCA < message ${DOMAIN} "${text}"`);
  });

  it("have an errcode for retries only if another attempt can succeed", async () => {
    for (const [condition, errcode] of [
      ["not-acceptable", 1],
      ["bad-request", 1],
      ["forbidden", 2],
      ["item-not-found", 4],
      ["resource-constraint", 5],
    ] as const) {
      const refused = await commitWork(play.context, () => {
        throw new StanzaError("cancel", condition, "no");
      });
      expect(refused, condition).to.include({ errcode, message: "no" });
    }
  });

  it("refuse more occupants than rooms.max_occupants, and then change nothing", async () => {
    const before = await reads();
    expect(await changes({ maxUsers: "999999999", persistent: "false" })).to.match(/^max_users: a room here/);
    expect(await reads()).to.deep.equal(before);
    await play.acts("crone < nothing");
  });

  it("announce that the room's vCard has changed, with its picture's hash", async () => {
    const photo = "<PHOTO><TYPE>image/png</TYPE><BINVAL>iVBORw0KGgo=</BINVAL></PHOTO>";
    const picture = `presence coven | <photo>/^[0-9a-f]+$/</photo> <photo>$hash</photo>`;
    await sendNoticeVcard(play.context, { room: "coven" });
    await play.acts(`crone < message coven groupchat 104
hag sets <vCard xmlns="vcard">${photo}</vCard>
crone ~ ${picture}`);
    await sendNoticeVcard(play.context, { room: ROOM });
    await play.acts(`crone < ${picture}\n      < message coven groupchat 104`);
    expect(await sendNoticeVcard(play.context, { room: "none" })).to.include({ errcode: 4 });
  });
});
