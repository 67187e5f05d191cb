/** What is logged about addresses without a link, and how the state of the link is told. */
import { expect } from "chai";
import type { KnownServer } from "../../../component/link/server-lines.js";
import type { StreamEnd } from "../../../component/link/stream-end.js";
import { Troubles } from "../../../component/link/troubles.js";
import { LogLines } from "../../support/log-lines.js";

const [A, B] = ["xmpp://a.test:5347", "xmpp://b.test:5347"];
const NOBODY: StreamEnd = { cause: "unreachable", text: "nothing listens on that port" };
const CLOSED: StreamEnd = { cause: "closed", text: "the connection was closed" };
const refused = (server: KnownServer = "prosody"): StreamEnd => ({
  ...{
    cause: "stream-error",
    condition: "not-authorized",
    text: "no",
    peer: { server, isForClients: false },
  },
});

describe("Why there is no link", () => {
  let log: LogLines;
  let troubles: Troubles;
  beforeEach(() => {
    log = new LogLines();
    troubles = new Troubles("chat.x.test", log.logger);
    troubles.begin();
  });
  const lines = (): string[] => log.lines.map(({ level, message }) => `${level} ${message}`);

  it("is logged once for each address, until the link was steady", () => {
    const line =
      "warn No link to xmpp://a.test:5347: nothing listens on that port. Trying again until it comes back.";
    for (let time = 0; time < 3; time += 1) troubles.note(A, NOBODY);
    expect(lines()).to.deep.equal([line]);
    troubles.note(B, NOBODY);
    expect(lines()).to.have.length(2);
    troubles.forget();
    troubles.note(A, NOBODY);
    expect(lines()[2]).to.equal(line);
  });

  it("is remembered for a limited number of lines, as servers may say something else each time", () => {
    troubles.note(A, NOBODY);
    for (let time = 0; time < 200; time += 1)
      troubles.note(A, { cause: "closed", text: `closed at ${time}` });
    troubles.note(A, NOBODY);
    expect(lines().filter((line) => line === lines()[0])).to.have.length(2);
  });

  it("is an error with advice if the server refuses the component, even if its words are lost later", () => {
    troubles.note(A, refused());
    expect(lines()[0]).to.match(/^error The server refuses chat\.x\.test: the component's secret isn't/);
    expect(troubles.state.kind).to.equal("refused");
    const { reason } = troubles.state;
    troubles.begin();
    troubles.note(A, CLOSED);
    expect([troubles.state, lines().length]).to.deep.equal([{ kind: "refused", reason }, 1]);
    troubles.note(B, CLOSED);
    expect(lines()[1], "that was another address").to.match(/^warn No link to xmpp:\/\/b\.test/);
    troubles.note(A, NOBODY);
    troubles.note(A, CLOSED);
    expect(troubles.state.kind, "another fault came in between").to.equal("away");
    troubles.note(A, refused());
    troubles.forget();
    troubles.note(A, CLOSED);
    expect(troubles.state.kind).to.equal("away");
  });

  it("mentions the port that ejabberd loses in a reload, once it is known to be ejabberd", () => {
    troubles.note(A, NOBODY);
    troubles.note(A, refused("ejabberd"));
    troubles.note(A, NOBODY);
    troubles.note(A, CLOSED);
    expect(lines().filter((line) => line.includes("may have lost the port"))).to.have.length(1);
    expect(lines()[2]).to.contain("nothing listens on that port. If ejabberd was reloaded");
    troubles.note(A, refused("prosody"));
    troubles.note(B, NOBODY);
    expect(lines().at(-1)).not.to.contain("ejabberd");
  });

  it("is told for all addresses, and waits longer if any of them answers", () => {
    expect([troubles.isNone, troubles.end]).to.deep.equal([true, { cause: "unreachable" }]);
    troubles.note(A, NOBODY);
    expect([troubles.isNone, troubles.end.cause]).to.deep.equal([false, "unreachable"]);
    troubles.note(B, CLOSED);
    expect(troubles.end.cause).to.equal("closed");
    expect(troubles.state).to.deep.equal({
      kind: "away",
      reason: `no link to ${A}: nothing listens on that port; no link to ${B}: the connection was closed`,
    });
    troubles.note(B, refused());
    expect(troubles.state.kind, "one refuses").to.equal("refused");
    troubles.begin();
    expect([troubles.isNone, troubles.state]).to.deep.equal([true, { kind: "away", reason: "" }]);
  });
});
