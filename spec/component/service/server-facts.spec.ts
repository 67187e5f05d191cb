/** Facts about the XMPP server, which the console shows. */
import { expect } from "chai";
import type { IqAnswer, IqRequest } from "../../../component/inbound/iq-requests.js";
import { ServerQuestions } from "../../../component/service/server-facts.js";
import { NS, xml, type Element } from "../../../component/xml/builder.js";
import { LogLines } from "../../support/log-lines.js";
import { settledAnswer } from "../../support/settled-answer.js";

const result = (payload: Element): IqAnswer => ({ kind: "result", payload });
const VERSION = result(
  xml("query", NS.version, xml("name", {}, " Prosody "), xml("version", {}, "x".repeat(500))),
);
const LAST = result(xml("query", { xmlns: NS.last, seconds: "60" }));
const DISCO = result(xml("query", NS.discoInfo, xml("identity", { category: "server", name: "ejabberd" })));
const ERROR: IqAnswer = { kind: "error", condition: "service-unavailable" };

describe("Facts about the server", () => {
  let asked: IqRequest[];
  /** The answers by namespace. */
  let answers: ReadonlyMap<string, IqAnswer>;
  let server: ServerQuestions;
  beforeEach(() => {
    asked = [];
    answers = new Map([
      [NS.version, VERSION],
      [NS.last, LAST],
    ]);
    const requests = {
      ask: (request: IqRequest) => {
        asked.push(request);
        return settledAnswer(answers.get(request.payload.attrs.xmlns ?? "") ?? ERROR);
      },
    };
    server = new ServerQuestions("x.test", requests, new LogLines().logger);
  });

  it("are requested on demand, and not each time", async () => {
    expect(server.current()).to.equal(undefined);
    await server.ask();
    const { host, name, version, upSince } = server.current() ?? {};
    expect([host, name, version?.length]).to.eql(["x.test", "Prosody", 100]);
    expect(upSince).to.be.closeTo(Date.now() - 60_000, 5_000);
    expect(asked.map(({ to, type }) => `${type} ${to.text}`)).to.eql(Array(6).fill("get x.test"));
  });

  it("have at least the name from disco#info", async () => {
    answers = new Map([[NS.discoInfo, DISCO]]);
    await server.ask();
    expect(server.current()).to.include({ name: "ejabberd", version: undefined });
  });

  it("are as complete as the answers, and stay while the server doesn't answer", async () => {
    answers = new Map();
    await server.ask();
    expect(server.current()).to.eql({
      host: "x.test",
      name: undefined,
      version: undefined,
      upSince: undefined,
    });
    answers = new Map([[NS.version, VERSION]]);
    await server.ask();
    answers = new Map([[NS.last, { kind: "silence" }]]);
    await server.ask();
    expect(server.current()?.name).to.equal("Prosody");
    server.forget();
    expect(server.current()).to.equal(undefined);
  });
});
