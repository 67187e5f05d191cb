/** Small versions of cases in which the state machine of the outbox broke a guarantee. */
import { expect } from "chai";
import { Folder } from "../../support/folder.js";
import { World, type Kind } from "./world.js";
import { HOSTS, POLICY, WITHOUT_REASON } from "./world-server.js";

describe("The outbox, in former counterexamples of the state machine", () => {
  const folder = new Folder();
  let worlds = 0;
  let world: World;

  /** @param rejection how the server closes the stream for a rejected stanza */
  const begin = (rejection = WITHOUT_REASON, isDirect = true): void => {
    world = new World(folder.at(`${++worlds}.db`), rejection, isDirect);
  };
  const link = async (): Promise<void> => {
    world.link.open();
    await world.exchange();
  };
  const accept = (kinds: readonly Kind[], hasFingerprints = false): void =>
    world.accept({ kinds, hasFingerprints });
  const plain = (count: number): Kind[] => Array<Kind>(count).fill("plain");
  const keepsGuarantees = async (): Promise<void> => {
    await world.drain();
    expect(world.violations()).to.deep.equal([]);
  };

  afterEach(() => world.end());
  after(() => folder.remove());

  it("sends a refused call once if it is repeated twice before it is answered", async () => {
    begin();
    // The queue holds 120.
    for (let calls = 0; calls < 20; calls++) accept(plain(6));
    accept(plain(2), true);
    await link();
    world.repeat(0);
    world.repeat(0);
    await keepsGuarantees();
  });

  it("sends no direct message before privileged ones that were refused as the permission was revoked", async () => {
    begin();
    world.link.permit(HOSTS[0], true);
    await link();
    accept(plain(2));
    await world.settle();
    world.link.permit(HOSTS[0], false);
    // The component learns of the change before the server receives the privileged messages.
    world.link.deliver(Infinity);
    accept(plain(1));
    await world.settle();
    await keepsGuarantees();
    expect(world.link.privileged).to.deep.equal({ routed: 0, refused: 2 });
  });

  it("copies a privileged message that was refused as the permission was revoked", async () => {
    begin();
    world.link.permitting = new Set(HOSTS);
    await link();
    accept(["copied", "plain"]);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await keepsGuarantees();
    expect(world.link.privileged).to.deep.equal({ routed: 0, refused: 2 });
  });

  it("goes on after a dead letter that follows an expired stanza", async () => {
    begin(POLICY);
    accept(["expiring", "room"]);
    accept(["room"]);
    await world.settle();
    world.clock += 601_000;
    world.crashServer();
    accept(["rejected", "room"]);
    await world.settle();
    await keepsGuarantees();
  });

  it("doesn't confirm a repeated call while its rows are parked", async () => {
    begin(WITHOUT_REASON, false);
    world.link.permitting = new Set(HOSTS);
    await link();
    accept(["plain", "room"], true);
    accept(["room"]);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await world.settle();
    world.repeat(0);
    await world.settle();
    await keepsGuarantees();
  });

  it("keeps a room's order if a part of its replayed stanzas is among suspects", async () => {
    begin();
    await link();
    accept(["room"]);
    accept(["room", "rejected", "room"]);
    await world.settle();
    await world.exchange();
    await link();
    world.crashServer();
    await keepsGuarantees();
  });

  it("finds a rejected stanza behind a replayed call of which a part has expired", async () => {
    begin();
    await link();
    accept(["expiring", "plain", "plain"]);
    await world.settle();
    world.clock += 601_000;
    await world.exchange();
    world.crashServer();
    // The rejected stanza is the first in one of the eleven parts in which the suspects are written.
    for (let calls = 0; calls < 18; calls++) accept(plain(6));
    accept(["rejected", "plain"]);
    await world.settle();
    await keepsGuarantees();
  });

  it("answers a call whose last stanza is a dead letter if the stanzas before it are replayed", async () => {
    begin(POLICY);
    world.link.uptimeAnswer = "error";
    await link();
    accept(["copied", "copied, rejected"]);
    await world.settle();
    await keepsGuarantees();
  });

  it("sends the acked part of a parked row once over a connection if a send mode changes", async () => {
    begin(POLICY, false);
    world.link.permitting = new Set(HOSTS);
    await link();
    world.link.permit(HOSTS[1], false);
    accept(["many"], true);
    await world.exchange();
    world.link.permit(HOSTS[1], true);
    accept(["rejected"], true);
    await world.settle();
    await world.exchange();
    world.link.open();
    world.link.receive(2);
    await world.settle();
    world.link.permit(HOSTS[0], false);
    await world.settle();
    await keepsGuarantees();
  });

  it("sends the acked part of a row again if the server restarts before the rest is acked", async () => {
    begin(POLICY);
    await link();
    accept(plain(1));
    await world.settle();
    await world.exchange();
    world.clock += 601_000;
    accept(["room, rejected"]);
    await world.settle();
    await world.exchange();
    world.link.open();
    // The stanzas are suspects now, so they are written one by one.
    for (let stanzas = 0; stanzas < 4; stanzas++) {
      world.link.receive(3);
      world.link.serve(3);
      world.link.deliver(3);
      await world.settle();
    }
    world.crashServer();
    await keepsGuarantees();
  });
});
