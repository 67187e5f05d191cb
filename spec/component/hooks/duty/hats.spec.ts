/** Who wears the hat "on duty" in a room: whoever is on duty by the rosters of the webhooks that post there. */
import { expect } from "chai";
import { DutyWearers } from "../../../../component/hooks/duty/hats.js";
import { BotsStore } from "../../../../storage/bots-store.js";
import { openDatabase, type Database } from "../../../../storage/database.js";
import { DutyStore } from "../../../../storage/duty-store.js";
import { HooksStore } from "../../../../storage/hooks-store.js";
import { storedHook } from "../../../support/stored-hook.js";

const [OPS, DEV] = ["ops@x.test", "dev@x.test"];
const [juliet, romeo] = ["juliet@y.test", "romeo@y.test"];

describe("The hat of people on duty", () => {
  let db: Database;
  let rosters: DutyStore;
  let wearers: DutyWearers;

  beforeEach(() => {
    db = openDatabase(":memory:");
    rosters = new DutyStore(db);
    const hooks = new HooksStore(db);
    new BotsStore(db).put({ name: "bot", title: "Bot", picture: undefined });
    for (const [name, receiver, step] of [
      ["disks", OPS, "5m duty:calls"],
      ["backups", OPS, "5m duty:nights"],
      ["builds", DEV, "5m duty:nights"],
    ] as const) {
      const calls = { steps: [step], stepsFrom: undefined, mentions: undefined, mentionsFrom: undefined };
      hooks.add({
        ...storedHook({ bot: "bot", receiver, calls }),
        id: name,
        name,
        secret: Buffer.from(name),
      });
    }
    for (const name of ["calls", "nights"])
      rosters.put({
        ...{ name, every: undefined, starts: undefined, calendar: undefined, file: undefined, zone: "UTC" },
        ...{ people: [], inner: [], readAt: undefined, fault: undefined, faultyAt: undefined },
        retryAt: undefined,
      });
    wearers = new DutyWearers(db, "on duty");
  });
  afterEach(() => db.close());

  const worn = () => [OPS, DEV].map((room) => [...wearers.in(room)].sort());
  const changed = () => wearers.update().map(({ room, accounts }) => [room, ...accounts]);

  it("is worn in all rooms in which a roster is used, by each roster's person", () => {
    rosters.set("calls", { onDuty: juliet });
    rosters.set("nights", { onDuty: romeo });
    expect(worn()).to.deep.equal([[juliet, romeo], [romeo]]);
    expect([...wearers.in("other@x.test")]).to.deep.equal([]);
  });

  it("stays as occupants were told until they are told anew, each change once", () => {
    rosters.set("calls", { onDuty: juliet });
    expect(worn()).to.deep.equal([[juliet], []]);
    rosters.set("calls", { onDuty: romeo });
    rosters.set("nights", { onDuty: romeo });
    expect(worn()).to.deep.equal([[juliet], []]);
    expect(changed()).to.deep.equal([
      [OPS, juliet, romeo],
      [DEV, romeo],
    ]);
    expect(worn()).to.deep.equal([[romeo], [romeo]]);
    expect(changed()).to.deep.equal([]);
    rosters.set("calls", { onDuty: undefined });
    expect(changed()).to.deep.equal([]);
    rosters.set("nights", { onDuty: undefined });
    expect(changed()).to.deep.equal([
      [OPS, romeo],
      [DEV, romeo],
    ]);
  });
});
