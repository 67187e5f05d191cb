import { expect } from "chai";
import { xml } from "../../../../component/xml/builder.js";
import {
  crone,
  errorOf,
  errorXml,
  hag,
  itemOf,
  onStage,
  outcomeOf,
  ROOM,
  lineOf,
  wiccarocks,
} from "../play.js";

describe("leaving a room and changing the nickname", () => {
  const play = onStage({}, (play) => play.coven());

  it("is sent to the leaving occupant first, then to others with the status", async () => {
    await play.sends(
      crone,
      `<presence to="${ROOM}/crone" type="unavailable"><status>gone to feed the cat</status></presence>`,
    );
    expect(play.link.withoutPings.slice(-2).map((stanza) => stanza.attrs.to)).to.deep.equal([crone, hag]);
    play.receives(crone, "presence coven/crone unavailable none/none 110");
    const [seen] = play.hears(hag);
    expect(lineOf(seen!)).to.equal("presence coven/crone unavailable none/none");
    expect(seen?.getChildText("status")).to.equal("gone to feed the cat");
  });

  it("identifies the occupant by the address, whatever nickname it has", async () => {
    await play.sends(crone, `<presence to="${ROOM}/somebody-else" type="unavailable"/>`);
    play.receives(hag, "presence coven/crone unavailable none/none");
  });

  it("isn't answered to users outside", async () => {
    for (const to of [`${ROOM}/wicca`, ROOM, "nowhere@conference.qtalk.test.org/x"]) {
      await play.sends(wiccarocks, `<presence to="${to}" type="unavailable"/>`);
    }
    await play.sends(wiccarocks, `<presence to="${ROOM}"><show>away</show></presence>`);
    play.receives(wiccarocks);
    play.receives(hag);
  });

  it("destroys an empty temporary room, and keeps a persistent one", async () => {
    const isThere = async (): Promise<boolean> => {
      const answer = await play.asks(
        wiccarocks,
        "get",
        `<query xmlns="http://jabber.org/protocol/disco#info"/>`,
      );
      return answer.attrs.type === "result";
    };
    await play.leaves(crone);
    expect(await isThere()).to.equal(true);
    await play.configures(hag, { "muc#roomconfig_persistentroom": "1" });
    await play.leaves(hag);
    expect(await isThere()).to.equal(true);
    await play.enters(hag, "hag");
    await play.configures(hag, { "muc#roomconfig_persistentroom": "0" });
    await play.leaves(hag);
    expect(await isThere()).to.equal(false);
    expect(play.count("rooms")).to.equal(0);
  });

  it("shows a new nickname as leaving with 303 and entering; the role stays", async () => {
    await play.gives(hag, "crone", "moderator");
    play.hush();
    await play.sends(crone, `<presence to="${ROOM}/oldhag" id="n"><show>chat</show></presence>`);
    const seen = play.hears(hag);
    expect(seen.map(lineOf)).to.deep.equal([
      "presence coven/crone unavailable none/moderator 303",
      "presence coven/oldhag none/moderator",
    ]);
    expect(itemOf(seen[0]).nick).to.equal("oldhag");
    expect(seen[1]?.getChildText("show")).to.equal("chat");
    play.receives(
      crone,
      "presence coven/crone unavailable none/moderator 303 110",
      "presence coven/oldhag none/moderator 110",
    );
  });

  it("sends 210 if the new nickname was changed", async () => {
    await play.appears(crone, "old  hag");
    play.receives(
      crone,
      "presence coven/crone unavailable none/participant 303 110",
      "presence coven/old hag none/participant 210 110",
    );
    expect(play.lines(hag).at(-1)).to.equal("presence coven/old hag none/participant");
  });

  it("refuses an occupied nickname from the requested address, and changes nothing", async () => {
    await play.appears(crone, "Hag");
    const [error] = play.hears(crone);
    expect(error?.attrs.from).to.equal(`${ROOM}/Hag`);
    expect(errorOf(error!)).to.equal("cancel/conflict by coven");
    play.receives(hag);
    await play.says(crone, "still me");
    play.receives(hag, 'message coven/crone groupchat "still me"');
  });

  it("answers invalid presence, but never from the address of an occupant", async () => {
    await play.appears(crone, "o\u202eo");
    play.refused(crone, "modify/jid-malformed by coven");
    const unbound = xml("presence", { to: `${ROOM}/crone` }, xml("nobody:knows"));
    await play.sends(crone, unbound);
    play.receives(crone);
    play.receives(hag);
  });

  it("ignores probes and subscriptions from outside", async () => {
    play.hears(hag);
    for (const type of ["probe", "subscribe", "subscribed", "unsubscribe", "invented"]) {
      await play.sends(wiccarocks, `<presence to="${ROOM}/wicca" type="${type}"/>`);
      await play.sends(wiccarocks, `<presence to="${ROOM}" type="${type}"/>`);
    }
    play.receives(wiccarocks);
    play.receives(hag);
  });
});

describe("ghosts", () => {
  const play = onStage({}, (play) => play.coven());

  it("leave with 333 if a message or presence is returned because the session is gone", async () => {
    const conditions = [
      ...["internal-server-error", "redirect", "remote-server-not-found", "remote-server-timeout"],
      ...["gone", "item-not-found", "jid-malformed", "recipient-unavailable", "service-unavailable"],
    ];
    for (const condition of conditions) {
      for (const stanza of ["message", "presence"]) {
        for (const to of [`${ROOM}/hag`, ROOM]) {
          await play.sends(crone, `<${stanza} to="${to}" type="error">${errorXml(condition)}</${stanza}>`);
          play.receives(hag, "presence coven/crone unavailable none/none 333");
          await play.enters(crone, "crone");
          play.hears(hag);
        }
      }
    }
  });

  it("stay after other errors, errors of others, and errors of relayed requests", async () => {
    await play.sends(crone, `<message to="${ROOM}/hag" type="error">${errorXml("not-acceptable")}</message>`);
    await play.sends(
      "crone1@qtalk.test.org/other",
      `<message to="${ROOM}" type="error">${errorXml("gone")}</message>`,
    );
    await play.sends(
      crone,
      `<iq to="${ROOM}/hag" type="error" id="x">${errorXml("service-unavailable")}</iq>`,
    );
    await play.sends(crone, `<iq to="${ROOM}" type="error" id="x">${errorXml("service-unavailable")}</iq>`);
    for (const who of [hag, crone]) play.receives(who);
  });

  it("aren't pinged after leaving, and errors from outside are ignored", async () => {
    play.link.emit("up");
    const ping = await play.until(() => play.pings.find(({ attrs }) => attrs.to === crone));
    await play.leaves(crone);
    play.hush();
    for (const [who, to] of [
      [crone, ROOM],
      [crone, "nowhere@conference.qtalk.test.org"],
      [wiccarocks, `${ROOM}/hag`],
    ] as const) {
      await play.sends(
        who,
        `<iq to="${to}" type="error" id="${ping.attrs.id}">${errorXml("service-unavailable")}</iq>`,
      );
      await play.sends(who, `<message to="${to}" type="error">${errorXml("service-unavailable")}</message>`);
    }
    for (const who of [crone, hag, wiccarocks]) play.receives(who);
  });

  it("are pinged after a reconnect: answers and refusals keep them, unclear errors cause a message", async () => {
    play.link.emit("up");
    const pings = await play.until(() => {
      const all = play.link.written.filter((stanza) => stanza.name === "iq" && stanza.getChild("ping"));
      return all.some(({ attrs }) => attrs.to === crone) ? all.slice(-2) : undefined;
    });
    expect(pings.map((ping) => [ping.attrs.from, ping.attrs.to])).to.deep.equal([
      [ROOM, crone],
      [ROOM, hag],
    ]);
    const [toCrone, toHag] = pings;
    await play.sends(hag, `<iq to="${ROOM}" type="result" id="${toHag?.attrs.id}"/>`);
    await play.sends(
      crone,
      `<iq to="${ROOM}" type="error" id="${toCrone?.attrs.id}">${errorXml("feature-not-implemented")}</iq>`,
    );
    play.receives(crone);
    await play.sends(
      crone,
      `<iq to="${ROOM}" type="error" id="${toCrone?.attrs.id}">${errorXml("service-unavailable")}</iq>`,
    );
    const [asked] = play.hears(crone);
    expect([asked?.name, asked?.attrs.from, asked?.attrs.type]).to.deep.equal(["message", ROOM, "groupchat"]);
    expect(asked?.getChild("body")).to.equal(undefined);
    await play.sends(
      crone,
      `<message to="${ROOM}" type="error" id="${asked?.attrs.id}">${errorXml("service-unavailable")}</message>`,
    );
    play.receives(hag, "presence coven/crone unavailable none/none 333");
  });
});

describe("self-ping", () => {
  const play = onStage({}, (play) => play.coven());

  it("answers whether the session is inside, and never item-not-found", async () => {
    for (const [from, to, outcome] of [
      [crone, `${ROOM}/crone`, "result"],
      [crone, `${ROOM}/CRONE`, "result"],
      [wiccarocks, `${ROOM}/wicca`, "cancel/not-acceptable by coven"],
      [wiccarocks, "nowhere@conference.qtalk.test.org/wicca", "cancel/not-acceptable by nowhere"],
      ["crone1@qtalk.test.org/other", `${ROOM}/crone`, "cancel/not-acceptable by coven"],
    ] as const)
      expect(outcomeOf(await play.asks(from, "get", `<ping xmlns="urn:xmpp:ping"/>`, to))).to.equal(outcome);
  });
});
