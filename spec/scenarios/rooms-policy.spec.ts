/** An operator's policy as ordinary clients meet it: what people are called, their hats, and what they find again. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { onServer, ownComponentOn } from "../support/servers.js";
import { codesOf, errorIn, MUC, Person } from "./rooms-people.js";

const MAM = "urn:xmpp:mam:2";
const HATS = "urn:xmpp:hats:0";
const HAT = { title: "值班", uri: "https://example.org/hats#duty" };

describe("An operator's policy for rooms", () => {
  onServer("prosody", {}, (stage) => {
    const running = ownComponentOn(stage, {
      rooms: {
        names: "directory",
        hats: [{ ...HAT, departments: ["/运维"] }],
        entered: { history: 0 },
        make_public: "api",
      },
    });
    const operator = (...args: string[]): Promise<string> => operate(running(), ...args);

    it("holds for names, hats, the archive's search and the room's form", async () => {
      const [boss, guest] = await Promise.all([stage.client("boss"), stage.client("guest")]);
      const [id = "", host = ""] = boss.bareJid.split("@");
      await operator("user", "set", `${id}@${host}`, "--name", "张伟", "--department", "/运维/网络");
      const room = `policy@${stage.server.component().domain}`;
      await boss.send(xml("presence", { to: `${room}/whoever` }, xml("x", { xmlns: MUC })));
      const made = await boss.next(({ name, attrs }) => name === "presence" && attrs.from === `${room}/张伟`);
      expect(codesOf(made)).to.deep.equal(["201", "210", "110"]);
      const juliet = new Person(boss, room, "张伟");
      expect((await juliet.configures({ publicroom: "1" })).attrs.type).to.equal("error");
      expect((await juliet.configures()).attrs.type).to.equal("result");

      await guest.send(xml("presence", { to: `${room}/张伟` }, xml("x", { xmlns: MUC })));
      const seen = await guest.next(
        ({ name, attrs }) => name === "presence" && attrs.from === `${room}/张伟`,
      );
      expect(seen.getChild("hats", HATS)?.getChild("hat")?.attrs).to.deep.include(HAT);
      const romeo = new Person(guest, room, guest.username);
      expect(codesOf(await romeo.sees(romeo.nick))).to.deep.equal(["210", "110"]);

      await juliet.says("今天的会议改到三点");
      await romeo.says("好的");
      const text = xml("field", { var: "{urn:xmpp:fulltext:0}fulltext" }, xml("value", {}, "会议"));
      const type = xml("field", { var: "FORM_TYPE", type: "hidden" }, xml("value", {}, MAM));
      const query = xml(
        "query",
        { xmlns: MAM },
        xml("x", { xmlns: "jabber:x:data", type: "submit" }, type, text),
      );
      const answer = await guest.iq("set", query, room);
      expect(errorIn(answer)).to.equal("");
      const isResult = (stanza: Element): boolean => stanza.getChild("result", MAM) !== undefined;
      const found = guest.received
        .filter(isResult)
        .map((stanza) =>
          stanza.getChild("result", MAM)?.getChild("forwarded")?.getChild("message")?.getChildText("body"),
        );
      expect(found).to.deep.equal(["今天的会议改到三点"]);
      expect(await operator("room", "grep", room, "三点")).to.match(
        new RegExp(`^\\d{4}-.* 张伟 \\(${boss.bareJid}\\) +今天的会议改到三点$`, "m"),
      );
    });
  });
});
