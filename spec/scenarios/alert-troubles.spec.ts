/** Alerts that come and go, and alerts whose people, rooms or hooks are there no more. */
import { expect } from "chai";
import { xml, type Element } from "../../scripts/lab/client.js";
import { operate } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, inRoom, post } from "./hooks-world.js";
import { withRooms } from "./remote-world.js";
import { MUC } from "./rooms-people.js";
import { hears, idIn, reaction, says, talksOn, type Talk } from "./talks.js";

const hearsText = (talk: Talk, text: RegExp): Promise<Element> =>
  hears(talk, (message) => text.test(message.getChildText("body") ?? ""));

describe("An alert in trouble", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);
    const raise = (url: string, status = "firing") =>
      post(`${url}?alert=disk&status=${status}`, `Disk ${status}`);
    /** A hook's alert in a room, as its owner hears it. */
    const fires = async (name: string, ...options: readonly string[]) => {
      const who = await talksOn(stage, running).here(name);
      const url = await addHook(running(), name, "--to", who.to, "--update", ...options);
      await raise(url);
      return { who, url, id: idIn(who, await hearsText(who, /Disk firing/)) };
    };
    const numberOf = async (name: string): Promise<string> =>
      new RegExp(`^(\\d+) .* ${name} `, "m").exec(await operate(running(), "alert", "list"))?.[1] ?? "";

    it("has its next step at once if the account of the person called doesn't exist", async () => {
      const ghost = `nobody-here@${stage.server.host}`;
      const { who } = await fires("ghost", "--step", `0s ${ghost}`, "--step", "1h room");
      await hearsText(
        who,
        /^Nobody could be called: the message to nobody-here@\S+ came back .* next step comes now\.$/,
      );
      await hearsText(who, /^Nobody has taken this alert/);
    });

    it("is taken by two people at once, and names both", async () => {
      const romeo = await stage.client("romeo");
      const { client, room } = await inRoom(stage, running(), "pair-room", romeo);
      await romeo.send(xml("presence", { to: `${room}/Romeo` }, xml("x", { xmlns: MUC })));
      await romeo.next((stanza) => stanza.is("presence") && stanza.attrs.from === `${room}/Romeo`);
      const juliet: Talk = { client, place: room, type: "groupchat", to: room };
      await raise(await addHook(running(), "pair", "--to", room, "--update"));
      const id = idIn(juliet, await hearsText(juliet, /Disk firing/));
      await Promise.all([
        says(juliet, reaction(id, "👀")),
        says({ ...juliet, client: romeo }, reaction(id, "👀")),
      ]);
      await hearsText(juliet, /^👀 (?:Juliet, Romeo|Romeo, Juliet) /);
    });

    it("that flaps is said each time and resolved at last, and whoever takes it has only the last one", async () => {
      const { who, url } = await fires("flaps", "--step", "1h room");
      for (let n = 0; n < 3; n++) {
        for (const status of ["resolved", "firing"]) expect((await raise(url, status)).status).to.equal(200);
      }
      await says(who, xml("body", {}, "!take"));
      await hearsText(who, /^👀 juliet\S* /i);
      expect((await raise(url, "resolved")).status).to.equal(200);
      await hearsText(who, /^✅\s?Disk.*👀 juliet/i);
      expect(await numberOf("flaps")).to.equal("");
    });

    it("stays with whoever took it and left, and is open again when that person is erased", async () => {
      const { who, id } = await fires("leaves");
      await says(who, reaction(id, "👀"));
      await hearsText(who, /^👀 Juliet /);
      await who.client.send(xml("presence", { to: `${who.place}/Juliet`, type: "unavailable" }));
      const number = await numberOf("leaves");
      expect(await operate(running(), "alert", "show", number)).to.match(/^state: taken$/m);
      await operate(running(), "user", "erase", who.client.bareJid, "--yes");
      const shown = await operate(running(), "alert", "show", number);
      expect(shown).to.match(/^state: open$/m);
      expect(shown).to.not.contain(who.client.bareJid);
    });

    it("can be taken by operators when its room is destroyed, and goes with its hook, which says so", async () => {
      const { who, url } = await fires("gone");
      await operate(running(), "room", "destroy", who.place.split("@")[0] ?? "", "--yes");
      expect((await raise(url)).status).to.equal(410);
      const number = await numberOf("gone");
      await operate(running(), "alert", "take", number);
      const history = (): Promise<string> => operate(running(), "alert", "show", number);
      await running().until(async () => (await history()).includes("could not be said: the room"), "refused");
      expect(await operate(running(), "hook", "remove", "gone", "--yes")).to.match(
        /was removed with 1 open alert,/,
      );
      expect(await numberOf("gone")).to.equal("");
    });
  }, withRooms);
});
