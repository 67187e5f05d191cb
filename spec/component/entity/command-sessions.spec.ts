import { expect } from "chai";
import { Jid } from "../../../component/address.js";
import type { Command, Stage } from "../../../component/entity/command.js";
import { CommandSessions } from "../../../component/entity/command-sessions.js";

const MINUTE = 60_000;
const stage: Stage = {
  kind: "stage",
  title: "",
  fields: [],
  isLast: true,
  submit: () => ({ kind: "completed" }),
};
const command: Command = { node: "n", name: "", mayRun: () => true, start: () => stage };

function session(text: string): Jid {
  const jid = Jid.parse(text);
  if (jid === undefined) throw new Error(text);
  return jid;
}

const juliet = session("juliet@x.test/balcony");

describe("A command that is being filled in", () => {
  it("is found by the session that began it, for the same command, and by nobody else", () => {
    const sessions = new CommandSessions(() => 0);
    const { id } = sessions.open(juliet, command, stage);
    expect(sessions.find(id, juliet, command)).to.include({ id });
    expect(sessions.find(id, session("juliet@x.test/chamber"), command)).to.equal(undefined);
    expect(sessions.find(id, juliet, { ...command })).to.equal(undefined);
    sessions.close(id);
    expect(sessions.find(id, juliet, command)).to.equal(undefined);
  });

  it("is over when it was left lying, and not while it is used", () => {
    let now = 0;
    const sessions = new CommandSessions(() => now);
    const { id } = sessions.open(juliet, command, stage);
    now += 14 * MINUTE;
    expect(sessions.find(id, juliet, command)).to.include({ id });
    now += 14 * MINUTE;
    expect(sessions.find(id, juliet, command)).to.include({ id });
    now += 16 * MINUTE;
    expect(sessions.find(id, juliet, command)).to.equal("expired");
    expect(sessions.find(id, juliet, command)).to.equal(undefined);
  });

  it("makes place where somebody begins many others", () => {
    const sessions = new CommandSessions(() => 0);
    const first = sessions.open(juliet, command, stage);
    for (let i = 0; i < 10; i++) sessions.open(juliet, command, stage);
    expect(sessions.size).to.equal(10);
    expect(sessions.find(first.id, juliet, command)).to.equal(undefined);
  });

  it("is one of so many at most, whoever begins them, and those left lying go first", () => {
    let now = 0;
    const sessions = new CommandSessions(() => now);
    for (let i = 0; i < 3000; i++) sessions.open(session(`u${i}@x.test/r`), command, stage);
    expect(sessions.size).to.equal(1000);
    now += 16 * MINUTE;
    sessions.open(juliet, command, stage);
    expect(sessions.size).to.equal(1);
  });
});
