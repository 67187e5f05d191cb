import { expect } from "chai";
import { errorOf, crone, hag, onStage, Play, ROOM } from "../play.js";

const FIELD = "{urn:qtalk:rooms:0}archive_days";
const DAY = 24 * 3600 * 1000;

describe("the retention of rooms' messages", () => {
  const play = onStage();

  const begin = async (archive_days?: number): Promise<void> => {
    await play.begins({ rooms: { archive_days } });
    await play.coven();
  };
  /** What was said so many days ago. */
  const past = (days: number, room = ROOM): void => {
    const local = room.split("@")[0];
    play.db
      .prepare(
        `INSERT INTO archive (id, room, kept, said, sender, nick, stanza)
         SELECT ?, id, 1, 1, 'a@b', 'a', '<message/>' FROM rooms WHERE name = ?`,
      )
      .run(Math.round((Date.now() - days * DAY) * 1000), local);
  };
  const left = (): unknown => play.count("archive");
  /** All that is to be forgotten is. */
  const forget = (): void => {
    while (play.service.housekeeping.expire(Date.now()));
  };
  const configures = async (days: string): Promise<string> => {
    const answer = await play.configures(hag, { [FIELD]: days });
    return answer.attrs.type === "error" ? `${errorOf(answer)}: ${textOf(answer)}` : "result";
  };
  const textOf = (answer: Awaited<ReturnType<Play["configures"]>>): string =>
    answer.getChild("error")?.getChildText("text") ?? "";
  const shown = async (): Promise<string | undefined> => (await play.form(hag))[FIELD];

  it("is unlimited by default", async () => {
    await begin();
    past(30_000);
    forget();
    expect(left()).to.equal(1);
  });

  it("is what the operator configures", async () => {
    await begin(30);
    for (const days of [29, 31, 400]) past(days);
    await play.says(crone, "today");
    forget();
    expect(left()).to.equal(2);
    const counted = await play.metrics.registry.getSingleMetricAsString("qtalk_archive_expired_total");
    expect(counted).to.match(/^qtalk_archive_expired_total 2$/m);
  });

  it("can be shorter in one room, and is shown in its form", async () => {
    await begin(30);
    const other = ROOM.replace("coven", "cave");
    await play.enters(hag, "hag", "", other);
    await play.configures(hag, {}, other);
    expect(await configures("7")).to.equal("result");
    expect(await shown()).to.equal("7");
    for (const room of [ROOM, other]) for (const days of [6, 8, 31]) past(days + Math.random(), room);
    for (const time of ["first", "again"]) {
      forget();
      expect(left(), time).to.equal(3);
      past(8 + Math.random());
    }
    forget();
    expect(await configures("")).to.equal("result");
    expect(await shown()).to.equal("");
    past(8);
    forget();
    expect(left()).to.equal(4);
  });

  it("can't be longer than the operator's or invalid: the error names the field", async () => {
    await begin(30);
    for (const days of ["31", "0", "-1", "1.5", "soon", "7</value><value>8"]) {
      expect(await configures(days), days).to.equal(
        `modify/not-acceptable by coven: ${FIELD}: must be a whole number from 1 to 30.`,
      );
    }
    for (const days of ["30", "1"]) {
      expect(await configures(days)).to.equal("result");
      expect(await shown()).to.equal(days);
    }
    expect(await configures("none")).to.equal("result");
    expect(await shown()).to.equal("");
    await begin();
    expect(await configures("36500")).to.equal("result");
  });

  it("holds for very many rooms with retentions of their own", async () => {
    await begin();
    const add = play.db.prepare(
      `INSERT INTO rooms (name, secret, created_at, locked, listed, options) VALUES (?, x'00', 0, 0, 0, '{"archiveDays":1}')`,
    );
    for (let count = 0; count < 1_200; count++) add.run(`room${count}`);
    for (const count of [0, 600, 1_199]) past(2 + count / 10_000, `room${count}@`);
    forget();
    expect(left()).to.equal(0);
  });
});
