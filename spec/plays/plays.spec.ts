/** The grammar of plays: what is wrong in a play fails, and says where. */
import { expect } from "chai";
import { CalledComponent } from "../support/called-component.js";
import { component, everybody } from "./component.js";
import { hag, crone, person, type Person } from "./people.js";
import type { HttpStage } from "./http-stage.js";
import { program } from "./program.js";
import type { RoomStage, RoomStep } from "./rooms.js";
import { acts, forEach, meanwhile, type Steps } from "./steps.js";
import { time } from "./time.js";

describe("A play", () => {
  let stage: CalledComponent;
  beforeEach(async () => {
    stage = await CalledComponent.open();
    await acts<RoomStage>(stage, [hag.opens(), crone.enters(), everybody.hush()]);
  });
  afterEach(() => stage.close());

  /** @returns what a play fails with; empty if it doesn't */
  const fault = (...steps: Steps<HttpStage & RoomStage>): Promise<string> =>
    acts<HttpStage & RoomStage>(stage, steps).then(
      () => "",
      (error: unknown) => (error as Error).message,
    );

  it("names the file and the line of the step that fails, the step, and the stanza", async () => {
    const message = await fault(
      hag.says`hello`,
      crone.hears`message coven/hag groupchat "hello" | <thread/>`,
    );
    expect(message)
      .to.match(/^spec\/plays\/plays\.spec\.ts:\d+: crone hears message coven\/hag groupchat "hello"/)
      .and.contain("<body>hello</body>");
  });

  it("fails if somebody isn't in the cast, is compared or not", async () => {
    for (const step of [
      hag.makes`CRONNE member`,
      hag.invites`CRONNE`,
      component.sends`CRONNE`,
      crone.misses`104 | <item jid="CRONNE"/>`,
      hag.sends`<message to="CRONNE"/>`,
    ])
      expect(await fault(hag.says`hello`, step), String(step)).to.contain("nobody called CRONNE");
    expect(() => person("cronne" as "crone")).to.throw("nobody called cronne");
  });

  it("fails if what is compared can't be there: no such namespace, or neither XML nor !", async () => {
    expect(await fault(hag.says`hello`, crone.hears`* | !<x xmlns="noSpace"/>`)).to.contain("noSpace");
    expect(await fault(hag.says`hello`, crone.hears`* | not <body/>`)).to.contain("neither XML nor !");
    expect(await fault(hag.says`hello`, crone.hears`* | <a/> | <b/>`)).to.contain("a second |");
    expect(await fault(hag.says`hello | <body/>`)).to.contain("no stanza to look into");
    expect(() => crone.hears()).to.throw("hears what?");
  });

  it("fails if a text comes of a request, and nothing is expected of it", async () => {
    expect(await fault(hag.reads())).to.contain("nothing is expected of the outcome: nothing");
    expect(await fault(hag.reads`= *`)).to.equal("");
    expect(await fault(hag.reads`= nothing | <fin/>`)).to.equal("");
    expect(await fault(hag.makes`CRONE member; WICCA member`)).to.equal("");
    expect(await fault(crone.makes`WICCA member`)).to.contain("auth/forbidden");
  });

  it("compares with * for any text, in lines, outcomes and XML", async () => {
    const isRight = (step: RoomStep): Promise<string> => fault(hag.says`hello`, step);
    expect(
      await isRight(crone.hears`message coven/* groupchat "h*o" | <this from="coven/*" id="*"/>`),
    ).to.equal("");
    expect(await isRight(crone.hears`message coven/* groupchat "h*x"`)).to.contain("h*x");
    expect(await isRight(crone.notices`coven/*ll*`)).to.equal("");
    expect(await fault(hag.reads`= hello, *`)).to.equal("");
    expect(await fault(hag.reads`= hello*hello`)).to.equal("");
    expect(await fault(hag.reads`= *hello`)).to.equal("");
    expect(await fault(hag.reads`= goodbye, *`)).to.contain("goodbye");
  });

  it("remembers what a stanza is called, and only of the stanza that is meant", async () => {
    const message = await fault(
      hag.says`#one first`,
      hag.says`#two second`,
      crone.notices`groupchat | <this id="$id"/> <body>second</body>`,
    );
    expect([message, stage.names.get("id")]).to.deep.equal(["", "two"]);
  });

  it("forgets after a loop what the loop has named", async () => {
    const steps = (who: Person): RoomStep[] => [
      who.says`#${who} hello`,
      crone.notices`groupchat | <this id="$own"/>`,
    ];
    expect(await fault(forEach([hag, crone], steps))).to.equal("");
    expect(stage.names.has("own")).to.equal(false);
  });

  it("looks only when all that was begun has ended", async () => {
    expect(await fault(meanwhile(hag.says`one`), meanwhile(hag.says`two`), crone.hears`2 stanzas`)).to.equal(
      "",
    );
    expect(await fault(meanwhile(crone.makes`HAG none`), hag.misses`321`)).to.contain("auth/forbidden");
  });

  it("lets time pass in units that exist", async () => {
    const before = Date.now();
    expect(await fault(time.passes`2 days`)).to.equal("");
    expect(Date.now() - before).to.be.at.least(2 * 86_400_000);
    expect(await fault(time.passes`2`)).to.contain("2 is no time");
  });

  it("sends texts and bytes as they are, and other bodies as JSON", async () => {
    const call = { from: "hag66", to: "crone1", message: "<message><body>x</body></message>" };
    expect(
      await fault(program.POST`send_thirdmessage ${call} = ok`, component.sends`CRONE <body>x</body>`),
    ).to.equal("");
    expect(await fault(program.POST`send_thirdmessage ${JSON.stringify([call])} = ok`)).to.equal("");
    expect(
      await fault(program.POST`send_thirdmessage ${call} {to: ${5}} = 1 to: expected a string*`),
    ).to.equal("");
    expect(await fault(program.POST`send_thirdmessage ${"{"} = 1 *not valid JSON*`)).to.equal("");
    expect(await fault(program.POST`send_thirdmessage ${call} = 1 *`)).to.contain("200 {");
    expect(await fault(program.sees`x-qtalk-delivery: !`)).to.contain("x-qtalk-delivery");
  });
});
