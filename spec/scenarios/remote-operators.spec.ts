/** What operators are told about webhooks to rooms of other services. */
import { expect } from "chai";
import { command } from "../support/command-line.js";
import { RawComponent } from "../support/raw-component.js";
import { componentOn, onEachServer } from "../support/servers.js";
import { addHook, post } from "./hooks-world.js";
import { CROWD, owner, ROOMS, STEWARDS, withRooms } from "./remote-world.js";
import { MUC, USER } from "./rooms-people.js";

const ROOM_INFO = `<query xmlns='http://jabber.org/protocol/disco#info'><identity category='conference' type='text'/>
  <feature var='${MUC}'/></query>`;
const INSIDE = `<x xmlns='${USER}'><item affiliation='none' role='participant'/><status code='110'/></x>`;

describe("A hook to a room of another service, for operators", () => {
  onEachServer((stage) => {
    const running = componentOn(stage);

    it("stays one if its domain becomes an alias of the component's later; hook add then says which room is meant", async () => {
      const juliet = await owner(stage, "aliased");
      const own = await stage.start(STEWARDS);
      const domain = STEWARDS;
      await own.ready();
      const first = await command(own, "hook", "add", "elder", "--to", juliet.room, "--title", "Old");
      expect(first.stderr).to.include(`elder@${domain} sends its posts to ${juliet.room}.`);
      expect(first.stderr).to.include(`Clients ring for each post to ${juliet.room} only if`);
      await juliet.sees("Old");
      await own.end("SIGTERM");
      own.configure({ rooms: { aliases: [ROOMS] } });
      own.launch();
      await own.ready();
      await own.until(
        async () => (await post(first.stdout.trim(), "still there")).delivery === "confirmed",
        "in the room",
      );
      expect(await juliet.hears("still there")).to.equal("Old");
      const here = `aliased@${domain}`;
      const { stdout, stderr } = await command(own, "hook", "add", "younger", "--to", juliet.room);
      expect(stderr).to.include(`younger@${domain} sends its posts to the component's room ${here}.`);
      expect(stderr).to.include(
        `rooms.aliases has ${ROOMS}: posts go to the component's room ${here}, not to a room of ${ROOMS}.`,
      );
      expect((await post(stdout.trim(), "?")).text).to.include(`no room ${here}`);
    });

    it("says while the room is silent that a test is queued, and lists what became of the last post", async () => {
      const room = `silent@${CROWD}`;
      const service = await RawComponent.connect(stage.server.component(CROWD));
      const answering = (async () => {
        for (;;) {
          const { name, attrs } = await service.next();
          const head = `from='${attrs.to}' to='${attrs.from}' id='${attrs.id}'`;
          if (name === "iq") service.write(`<iq type='result' ${head}>${ROOM_INFO}</iq>`);
          if (name === "presence" && attrs.type === undefined)
            service.write(`<presence from='${attrs.to}' to='${attrs.from}'>${INSIDE}</presence>`);
        }
      })().catch(() => undefined);
      const juliet = await owner(stage, "listed");
      const url = await addHook(running(), "shy", "--to", juliet.room);
      await addHook(running(), "patient", "--to", room);
      const { code, stdout } = await command(running(), "hook", "test", "patient");
      expect([code, stdout]).to.deep.equal([0, "Posted a test to the hook patient: queued.\n"]);
      const outcomeOf = async (hook: string): Promise<string | undefined> => {
        const { stdout: list } = await command(running(), "hook", "list", "--json");
        const { incoming } = JSON.parse(list) as { incoming: { name: string; outcome?: string }[] };
        return incoming.find(({ name }) => name === hook)?.outcome;
      };
      expect([await outcomeOf("patient"), await outcomeOf("shy")]).to.deep.equal(["queued", undefined]);
      expect((await post(url, "hello")).delivery).to.equal("confirmed");
      expect(await outcomeOf("shy")).to.equal("confirmed");
      await juliet.configures({ moderatedroom: "1", persistentroom: "1" });
      await juliet.administers({ nick: "shy", role: "visitor" });
      await post(url, "?");
      expect(await outcomeOf("shy")).to.match(/^refused \(.*give it voice/);
      await command(running(), "hook", "remove", "patient", "--yes");
      await service.close();
      await answering;
    });
  }, withRooms);
});
