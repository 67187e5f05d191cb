/** Bots in rooms of the server's own group chat: they enter and stay, posts are confirmed, and refusals are reported. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { xml } from "../../scripts/lab/client.js";
import { command } from "../support/command-line.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { becomes, post, stateOf } from "./hooks-world.js";
import { invites, listed, owner, ROOMS, withRooms } from "./remote-world.js";
import { MUC, Person } from "./rooms-people.js";

describe("A hook to a room of another service", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    const added = async (...args: readonly string[]): Promise<{ url: string; told: string }> => {
      const { code, stdout, stderr } = await command(running(), "hook", "add", ...args);
      expect([code, stderr]).to.deep.equal([0, stderr]);
      return { url: stdout.trim(), told: stderr };
    };
    const address = (bot: string): string => `${bot}@${stage.domain}`;

    it("enters it, says there what is posted, and has it confirmed by the room", async () => {
      const juliet = await owner(stage, "ops");
      const { url, told } = await added("grafana", "--to", juliet.room, "--title", "Grafana");
      expect(told).to.include(`${address("grafana")} is in ${juliet.room} as Grafana.`);
      await juliet.sees("Grafana");
      const { status, delivery, id } = await post(url, "🔴 db1 is down");
      expect([status, delivery]).to.deep.equal([200, "confirmed"]);
      expect(await juliet.hears("🔴 db1 is down")).to.equal("Grafana");
      expect(await stateOf(url, id)).to.include({ state: "confirmed" });
      await listed(running(), "grafana", juliet.room, /inside +Grafana/);
    });

    it("takes its nickname with a number if it is taken, and leaves with its hook", async () => {
      const juliet = await owner(stage, "taken");
      const romeo = new Person(await stage.client("romeo"), juliet.room, "Alerts");
      await romeo.enters();
      const { told } = await added("alerts", "--to", juliet.room, "--title", "Alerts");
      expect(told).to.include("as Alerts (2).");
      await juliet.sees("Alerts (2)");
      await command(running(), "hook", "remove", "alerts", "--yes");
      await juliet.sees("Alerts (2)", "unavailable");
    });

    it("makes no room that isn't there, and says so", async () => {
      const { url, told } = await added("nowhere", "--to", `nowhere@${ROOMS}`);
      expect(told).to.include("there is no such room");
      const refused = await post(url, "?");
      expect(refused.status).to.equal(404);
      expect(refused.text).to.include("channel_not_found");
      const juliet = await owner(stage, "nowhere");
      await running().until(
        async () => (await post(url, "here now")).delivery === "confirmed",
        "in the room",
      );
      expect(await juliet.hears("here now")).to.equal("nowhere");
    });

    it("tells whose address to make a member, and enters by itself when it is invited", async () => {
      const juliet = await owner(stage, "closed", { membersonly: "1" });
      const { url, told } = await added("member", "--to", juliet.room);
      expect(told).to.include(
        `the room is for members only: make ${address("member")} a member, or invite it`,
      );
      const refused = await post(url, "?");
      expect(refused.status).to.equal(403);
      expect(refused.text).to.include("action_prohibited").and.include("members only");
      await invites(juliet, address("member"));
      await juliet.sees("member");
      expect((await post(url, "invited")).delivery).to.equal("confirmed");
      await juliet.hears("invited");
      // A room that becomes closed to it, too.
      await juliet.administers({ jid: address("member"), affiliation: "none" });
      await juliet.sees("member", "unavailable");
      await listed(running(), "member", juliet.room, /refused.*members only/);
    });

    it("gives the room's password", async () => {
      const juliet = await owner(stage, "secret", { passwordprotectedroom: "1", roomsecret: "open sesame" });
      const { url, told } = await added("guest", "--to", juliet.room);
      expect(told).to.include("--password-file");
      expect((await post(url, "?")).status).to.equal(403);
      const file = join(running().folder, "password");
      writeFileSync(file, "open sesame\n");
      const enter = ["bot", "enter", "guest", juliet.room, "--password-file", file];
      const { stdout } = await command(running(), ...enter);
      expect(stdout).to.include(`is in ${juliet.room} as guest`);
      expect((await post(url, "inside")).delivery).to.equal("confirmed");
      await juliet.hears("inside");
    });

    it("answers action_prohibited while it has no voice", async () => {
      const juliet = await owner(stage, "moderated", { moderatedroom: "1" });
      const { url } = await added("quiet", "--to", juliet.room);
      await juliet.sees("quiet");
      await juliet.administers({ nick: "quiet", role: "visitor" });
      for (let tries = 1; tries <= 2; tries += 1) {
        const { status, text } = await post(url, "?", { "idempotency-key": "k" });
        expect(status).to.equal(403);
        expect(text).to.include("action_prohibited").and.include("give it voice");
      }
      await juliet.administers({ nick: "quiet", role: "participant" });
      expect((await post(url, "may I?")).delivery).to.equal("confirmed");
      await juliet.hears("may I?");
    });

    it("waits after a kick, with what is posted, until it enters again", async () => {
      const juliet = await owner(stage, "kicks");
      const { url } = await added("kicked", "--to", juliet.room);
      await juliet.sees("kicked");
      await juliet.administers({ nick: "kicked", role: "none" });
      await listed(running(), "kicked", juliet.room, /outside.*it was kicked/);
      const { delivery, id } = await post(url, "later");
      expect(delivery).to.equal("queued");
      expect(await stateOf(url, id)).to.include({ state: "queued" });
      await command(running(), "bot", "enter", "kicked", juliet.room);
      expect(await juliet.hears("later")).to.equal("kicked");
      await becomes(running(), [url, id], "confirmed");
    });

    it("stops if it is banned or the room is destroyed, and says so", async () => {
      const juliet = await owner(stage, "ends");
      const { url } = await added("unwanted", "--to", juliet.room);
      await juliet.sees("unwanted");
      await juliet.administers({ jid: address("unwanted"), affiliation: "outcast" });
      await listed(running(), "unwanted", juliet.room, /refused.*banned/);
      const inner = ["--deliver-to", "http://127.0.0.1:9/", "--allow-inner", "127.0.0.1"];
      const events = [...inner, "--on", "room-message"];
      await command(running(), "hook", "add", "out", ...events, "--as", "unwanted", "--room", juliet.room);
      const { stdout: hooks } = await command(running(), "hook", "list");
      expect(hooks).to.match(new RegExp(`^out .*${juliet.room}: unwanted@.* is banned there`, "m"));
      for (const tells of [["hook", "list"], ["doctor"]])
        expect((await command(running(), ...tells)).stdout).to.match(
          new RegExp(`${juliet.room}.* is banned there: lift the ban`),
        );
      expect((await post(url, "?")).text)
        .to.include("action_prohibited")
        .and.include("lift the ban");
      await juliet.administers({ jid: address("unwanted"), affiliation: "none" });
      const { stdout, stderr } = await command(running(), "bot", "enter", "unwanted", juliet.room);
      expect([stdout, stderr].join("")).to.include(`is in ${juliet.room}`);
      // ejabberd lets those who were banned back in without voice.
      await juliet.administers({ nick: "unwanted", role: "participant" });
      expect((await post(url, "forgiven")).delivery).to.equal("confirmed");
      const destroy = xml("destroy", { jid: `other@${ROOMS}` });
      await juliet.iq("set", xml("query", { xmlns: `${MUC}#owner` }, destroy));
      await listed(running(), "unwanted", juliet.room, /destroyed; instead there is other@/);
      const refused = await post(url, "?");
      expect([refused.status, refused.text.includes("channel_is_archived")]).to.deep.equal([410, true]);
    });

    it("is refused at once if a user is to be its sender, also when it is changed", async () => {
      const juliet = await owner(stage, "no-users");
      const user = (await stage.client("romeo")).bareJid;
      const refusal =
        /^as: .* is a user, but only bots can enter no-users@.*; leave out `as`, or name a bot's id\.$/m;
      const refused = await command(running(), "hook", "add", "user", "--as", user, "--to", juliet.room);
      expect([refused.code === 0, refused.stdout]).to.deep.equal([false, ""]);
      expect(refused.stderr).to.match(refusal);
      await added("user", "--as", user, "--to", juliet.client.bareJid);
      const changed = await command(running(), "hook", "set", "user", "--to", juliet.room);
      expect(changed.stderr).to.match(refusal);
    });

    it("can be traced by its request: sent, confirmed or refused, and why it waits", async () => {
      const juliet = await owner(stage, "traced", { moderatedroom: "1" });
      const { url } = await added("traced", "--to", juliet.room);
      await juliet.sees("traced");
      await juliet.administers({ nick: "traced", role: "visitor" });
      const traced = async (request: string, what: RegExp): Promise<void> => {
        let text = "";
        await running().until(
          async () => {
            text = (await command(running(), "outbox", "trace", request)).stdout;
            return what.test(text);
          },
          `traced as ${String(what)}`,
        );
        expect(text).to.match(/ {2}accepted from hook traced: 1 message for traced@/);
      };
      await traced(
        (await post(url, "?")).request,
        / {2}sent to the room\n.* {2}refused by the room: forbidden\n$/,
      );
      await juliet.administers({ nick: "traced", role: "participant" });
      await traced(
        (await post(url, "!")).request,
        / {2}sent to the room\n.* {2}confirmed: the room reflected it\n$/,
      );
      await juliet.administers({ nick: "traced", role: "none" });
      await listed(running(), "traced", juliet.room, /outside.*it was kicked/);
      await traced((await post(url, "later")).request, /now +waiting for the room: it was kicked\n$/);
      expect((await command(running(), "outbox", "list")).stdout).to.match(
        /; 1 message for rooms of other services: see bot list$/m,
      );
    });

    it("is no room if it is a user of another host, who gets a message of their own", async () => {
      const { told, url } = await added("dm", "--to", `somebody@unknown.test`);
      expect(told).to.not.include(" is in ");
      // The server may have returned the message before the post is answered.
      expect((await post(url, "?")).status).to.be.oneOf([200, 403, 502, 503]);
    });
  }, withRooms);
});
