/** The outbox as a state machine, in cases that chance found, made small. */
import { join } from "node:path";
import { expect } from "chai";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { scratch } from "../../support/sender.js";
import { World, type Kind } from "./world.js";
import { HOSTS } from "./world-server.js";

const UNSAID: StreamEnd = { cause: "closed", text: "closed" };
const BLAMED: StreamEnd = { cause: "stream-error", condition: "policy-violation", text: "no" };

describe("The outbox, where chance found it at fault once", function () {
  const folder = scratch();
  let worlds = 0;
  let world: World;

  /** @param poison how the server ends the stream over it */
  const begin = (poison = UNSAID, isForging = true): void => {
    world = new World(join(folder.path, `${++worlds}.db`), poison, isForging);
  };
  const link = async (): Promise<void> => {
    world.link.open();
    await world.exchange();
  };
  const accept = (kinds: readonly Kind[], isKnowable = false): void => world.accept({ kinds, isKnowable });
  const plain = (count: number): Kind[] => Array<Kind>(count).fill("plain");
  const keepsItsPromises = async (): Promise<void> => {
    await world.drain();
    expect(world.violations()).to.deep.equal([]);
  };

  afterEach(() => world.end());
  after(() => folder.remove());

  it("sends a call once that was refused, and is repeated twice before it is answered", async () => {
    begin();
    // The queue holds 120.
    for (let calls = 0; calls < 20; calls++) accept(plain(6));
    accept(plain(2), true);
    await link();
    world.repeat(0);
    world.repeat(0);
    await keepsItsPromises();
  });

  it("lets nothing that goes as it is overtake what comes back, as its permission was taken away", async () => {
    begin();
    world.link.permit(HOSTS[0], true);
    await link();
    accept(plain(2));
    await world.settle();
    world.link.permit(HOSTS[0], false);
    // Its word comes before the envelopes do, which it takes only then.
    world.link.giveBack(Infinity);
    accept(plain(1));
    await world.settle();
    await keepsItsPromises();
    expect(world.link.envelopes).to.deep.equal({ routed: 0, refused: 2 });
  });

  it("has the copy of a message that comes back, as its permission was taken away", async () => {
    begin();
    world.link.permitting = new Set(HOSTS);
    await link();
    accept(["copied", "plain"]);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await keepsItsPromises();
    expect(world.link.envelopes).to.deep.equal({ routed: 0, refused: 2 });
  });

  it("goes on if what was set aside had something before it that was too old", async () => {
    begin(BLAMED);
    accept(["expiring", "room"]);
    accept(["room"]);
    await world.settle();
    world.clock += 601_000;
    world.crashServer();
    accept(["poison", "room"]);
    await world.settle();
    await keepsItsPromises();
  });

  it("calls no repeat confirmed while what it repeats waits for a permission", async () => {
    begin(UNSAID, false);
    world.link.permitting = new Set(HOSTS);
    await link();
    accept(["plain", "room"], true);
    accept(["room"]);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await world.settle();
    world.repeat(0);
    await world.settle();
    await keepsItsPromises();
  });

  it("keeps a room's order if a part of what is sent again waits with a suspected call", async () => {
    begin();
    await link();
    accept(["room"]);
    accept(["room", "poison", "room"]);
    await world.settle();
    await world.exchange();
    await link();
    world.crashServer();
    await keepsItsPromises();
  });

  it("finds what closes the stream behind something sent again of which a part is too old by then", async () => {
    begin();
    await link();
    accept(["expiring", "plain", "plain"]);
    await world.settle();
    world.clock += 601_000;
    await world.exchange();
    world.crashServer();
    // It is the first in one of the parts, of eleven, in which it is searched for.
    for (let calls = 0; calls < 18; calls++) accept(plain(6));
    accept(["poison", "plain"]);
    await world.settle();
    await keepsItsPromises();
  });

  it("answers a call whose last stanza is a dead letter when what comes before it is sent again", async () => {
    begin(BLAMED);
    world.link.uptimeAnswer = "error";
    await link();
    accept(["copied", "copied, poison"]);
    await world.settle();
    await keepsItsPromises();
  });

  it("sends the acked part of a parked row once over a connection if a send mode changes then", async () => {
    begin(BLAMED, false);
    world.link.permitting = new Set(HOSTS);
    await link();
    world.link.permit(HOSTS[1], false);
    accept(["many"], true);
    await world.exchange();
    world.link.permit(HOSTS[1], true);
    accept(["poison"], true);
    await world.settle();
    await world.exchange();
    world.link.open();
    world.link.receive(2);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await world.settle();
    await keepsItsPromises();
  });

  it("sends the acked part of a row again if the server restarts before the rest is acked", async () => {
    begin(BLAMED);
    await link();
    accept(plain(1));
    await world.settle();
    await world.exchange();
    world.clock += 601_000;
    accept(["room, poison"]);
    await world.settle();
    await world.exchange();
    world.link.open();
    // The stanzas are suspects now, so they are written one by one.
    for (let stanzas = 0; stanzas < 4; stanzas++) {
      world.link.receive(3);
      world.link.serve(3);
      world.link.giveBack(3);
      await world.settle();
    }
    world.crashServer();
    await keepsItsPromises();
  });
});
