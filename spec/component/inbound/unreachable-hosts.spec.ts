import { expect } from "chai";
import { Jid } from "../../../component/addresses/address.js";
import type { IqAnswer } from "../../../component/inbound/iq-requests.js";
import { Metrics } from "../../../component/metrics.js";
import { UnreachableHosts } from "../../../component/inbound/unreachable-hosts.js";
import { LogLines } from "../../support/log-lines.js";
import { settledAnswer } from "../../support/settled-answer.js";

const jid = (text: string): Jid => Jid.parse(text)!;
const GONE: IqAnswer = { kind: "error", condition: "remote-server-not-found" };
const DONE: IqAnswer = { kind: "result", payload: undefined };

describe("Hosts that the server can't reach", () => {
  const bench = (answers: (host: string) => IqAnswer) => {
    const log = new LogLines();
    const metrics = new Metrics();
    const asked: string[] = [];
    const hosts = new UnreachableHosts(
      ["example.org", "groups.example.org"],
      {
        ask: ({ to, payload }) => {
          asked.push(`${payload.getName()} ${to.text}`);
          return settledAnswer(answers(to.text));
        },
      },
      metrics,
      log.logger,
    );
    const counts = async (): Promise<Record<string, number>> => {
      const { values } = await metrics.unreachable.get();
      return Object.fromEntries(values.map(({ labels, value }) => [String(labels.host), value]));
    };
    /** Sends, and waits until all that follows is done. */
    const sends = async (request: string | undefined, ...to: string[]): Promise<void> => {
      hosts.sent(to.map(jid), request);
      await new Promise(setImmediate);
    };
    const told = (): [string | undefined, string | undefined][] =>
      log.lines.map(({ request, message }) => [request, /can't reach (\S+)/.exec(message)?.[1]]);
    return { log, asked, counts, sends, told };
  };

  it("are logged once per call with its request id, and messages to them counted", async () => {
    const { asked, counts, sends, told, log } = bench(() => GONE);
    await sends("r-1", "a@far.org", "b@far.org", "c@near.org", "d@example.org");
    await sends("r-1", "e@far.org");
    await sends("r-2", "a@far.org");
    expect(told()).to.deep.equal([
      ["r-1", "far.org"],
      ["r-1", "near.org"],
      ["r-2", "far.org"],
    ]);
    expect(log.lines.map(({ level }) => level)).to.deep.equal(["warn", "warn", "warn"]);
    expect(log.lines[0]?.message).to.contain("remote-server-not-found");
    expect(await counts()).to.deep.equal({ "far.org": 4, "near.org": 1 });
    expect(asked, "once for some time").to.deep.equal(["ping far.org", "ping near.org"]);
  });

  it("don't include hosts that answer with an error", async () => {
    const refused: IqAnswer = { kind: "error", condition: "service-unavailable" };
    const { asked, counts, sends, told } = bench((host) => (host === "far.org" ? DONE : refused));
    for (let i = 0; i < 2; i++) await sends("r-1", "a@far.org", "b@near.org");
    expect(told()).to.deep.equal([]);
    expect(await counts()).to.deep.equal({});
    expect(asked).to.have.length(2);
  });

  it("are pinged again if there was no answer", async () => {
    const answers: IqAnswer[] = [{ kind: "silence" }, { kind: "unasked" }, GONE];
    const { asked, sends, told } = bench(() => answers.shift() ?? DONE);
    for (const request of ["r-1", "r-2", "r-3"]) await sends(request, "a@far.org");
    expect(asked).to.have.length(3);
    expect(told()).to.deep.equal([["r-3", "far.org"]]);
  });

  it("are never pinged if they are served", async () => {
    const { asked, sends } = bench(() => GONE);
    await sends("r-1", "a@example.org", "b@groups.example.org");
    expect(asked).to.deep.equal([]);
  });

  it("are pinged a few at a time, and counted for up to a hundred names", async () => {
    const { asked, counts, sends } = bench(() => GONE);
    const many = Array.from({ length: 150 }, (_, i) => `a@h${i}.org`);
    await sends("r-1", ...many);
    expect(asked).to.have.length(20);
    for (let i = 0; i < 150; i += 10) await sends("r-2", ...many.slice(i, i + 10));
    const counted = await counts();
    expect(Object.keys(counted)).to.have.length(101);
    expect(counted).to.include({ "h0.org": 2, others: 50 });
  });
});
