/** Posts to rooms of other services arrive once, though a process is killed before the room has reflected them. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { ComponentProcess } from "../../scripts/lab/component-process.js";
import { Gate } from "../../scripts/lab/gate.js";
import { onEachServer } from "../support/servers.js";
import { addHook, becomes, post } from "./hooks-world.js";
import { listed, owner, timesHeard, withRooms } from "./remote-world.js";
import { Person } from "./rooms-people.js";

/** ejabberd has accounts and rooms on the disk two seconds after they were made. */
const WRITTEN_MS = 3_000;

describe("A post to a room of another service", () => {
  onEachServer((stage) => {
    let gate: Gate;
    let component: ComponentProcess;
    before(async () => {
      const access = stage.server.component();
      gate = await Gate.before(access.port);
      await gate.open();
      component = await ComponentProcess.start({
        access: { ...access, service: gate.service },
        hosts: stage.server.settings.hosts,
      });
      await component.ready();
    });
    after(async () => {
      await component.stop();
      gate.end();
    });

    // ejabberd's rooms are asked in the same way.
    const variants = stage.server.kind === "ejabberd" ? [true] : [true, false];
    for (const isKilled of variants) {
      const what = isKilled ? "the component is killed" : "the link is lost";
      it(`is sent once if ${what} after the room sent it and before the component knows`, async () => {
        const name = `once-${String(isKilled)}`;
        const juliet = await owner(stage, name);
        const url = await addHook(component, name, "--to", juliet.room);
        await juliet.sees(name);
        gate.mute();
        const { delivery, id } = await post(url, "db1 is down");
        expect(delivery).to.equal("queued");
        await juliet.hears("db1 is down");
        if (isKilled) await component.end("SIGKILL");
        gate.cut();
        if (isKilled) component.launch();
        await component.ready();
        await becomes(component, [url, id], "confirmed");
        const last = await post(url, "db1 is up");
        await juliet.hears("db1 is up");
        expect([timesHeard(juliet, id), timesHeard(juliet, last.id)]).to.deep.equal([1, 1]);
      });
    }

    for (const isKilled of variants) {
      const what = isKilled ? "the server and the component are" : "the server is";
      it(`is sent once and in order if ${what} killed after it was stored and before the room sent it`, async () => {
        const account = await stage.account("juliet");
        const name = `killed-${String(isKilled)}`;
        const first = await owner(stage, name, { publicroom: "1" }, account);
        const url = await addHook(component, name, "--to", first.room);
        await first.sees(name);
        if (stage.server.kind === "ejabberd") await sleep(WRITTEN_MS);
        process.kill(stage.server.pid ?? 0, "SIGSTOP");
        const posts = [];
        for (const text of ["one", "two", "three"]) posts.push(await post(url, text));
        expect(posts.map(({ delivery }) => delivery)).to.deep.equal(["queued", "queued", "queued"]);
        await stage.server.kill();
        if (isKilled) await component.end("SIGKILL");
        await stage.server.restart();
        if (isKilled) component.launch();
        const juliet = new Person(await stage.client(account), first.room, "Juliet");
        await juliet.enters();
        await component.ready();
        await listed(component, name, juliet.room, / inside /);
        for (const { id } of posts) await becomes(component, [url, id], "confirmed");
        const last = await post(url, "four");
        await juliet.hears("four");
        const bodies = juliet.heard.flatMap((stanza) => stanza.getChildText("body") ?? []);
        expect(bodies).to.deep.equal(["one", "two", "three", "four"]);
        expect(last.delivery).to.equal("confirmed");
      });
    }
  }, withRooms);
});
