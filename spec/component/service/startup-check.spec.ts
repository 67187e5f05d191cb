/** Errors at start if the server's setup is wrong. */
import { EventEmitter } from "node:events";
import { expect } from "chai";
import type { IqAnswer, IqRequest } from "../../../component/inbound/iq-requests.js";
import type { LinkEvents } from "../../../component/link/link.js";
import { StartupCheck } from "../../../component/service/startup-check.js";
import type { Element } from "../../../component/xml/builder.js";
import { parseXml } from "../../../component/xml/parse.js";
import { ComponentProcess } from "../../../scripts/lab/component-process.js";
import { DOMAIN, HOST, visit } from "../../scripts/doctor/visit.js";
import { command } from "../../support/command-line.js";
import { LogLines } from "../../support/log-lines.js";
import { until as waitUntil } from "../../support/sender.js";
import { onEachServer, onServer, type TestServer } from "../../support/servers.js";
import { settledAnswer } from "../../support/settled-answer.js";

type Keys = Readonly<Record<string, unknown>>;

/** Runs the component until its log has these words. @returns the log */
async function until(stage: TestServer, words: string): Promise<string> {
  const component = await ComponentProcess.start({ access: stage.server.component(), hosts: [HOST] });
  try {
    await component.until(() => component.log.includes(words), `heard to say ${words}`);
    return component.log;
  } finally {
    await component.stop();
  }
}

interface LogLine {
  readonly level: string;
  readonly message: string;
}

/** The first thing that the log calls an error. */
async function complaint(stage: TestServer, keys: Keys): Promise<string> {
  const { service, domain, password } = stage.server.component();
  const xmpp = { service, domain, password, hosts: [HOST], ...keys };
  const component = await ComponentProcess.start({ access: xmpp, hosts: xmpp.hosts });
  try {
    await component.until(() => component.log.includes('"level":"error"'), "complaining");
    const lines = component.log.split("\n").filter((line) => line.startsWith("{"));
    const errors = lines.map((line) => JSON.parse(line) as LogLine).filter(({ level }) => level === "error");
    return errors[0]?.message ?? "";
  } finally {
    await component.stop();
  }
}

describe("Errors of the link from start and doctor", () => {
  onEachServer((stage) => {
    const faults: Record<string, () => Keys> = {
      "the secret is wrong": () => ({ password: "another" }),
      "the domain is unknown": () => ({ domain: `unknown.${HOST}` }),
      "the port is for clients": () => ({ service: `xmpp://127.0.0.1:${stage.server.clientPort}` }),
      "a host isn't served": () => ({ hosts: [HOST, "elsewhere.test.invalid"] }),
    };
    for (const [what, keys] of Object.entries(faults)) {
      it(`is the same, and about this server: ${what}`, async () => {
        const said = await complaint(stage, keys());
        const text = await visit(stage.server, `with xmpp: ${JSON.stringify(keys())}\n✘`);
        const [cause = ""] = /(?<=^✘ .).*/m.exec(text) ?? [];
        expect(said.slice(1, 1 + cause.length), text).to.equal(cause);
        const other = stage.server.kind === "ejabberd" ? "prosody.cfg.lua" : "ejabberd.yml";
        expect(said + text).not.to.include(other);
      });
    }
  });
});

describe("The readiness", () => {
  const misspelt = "qtlak.test.invalid";

  /** Makes a check of a misspelt host, on a link whose server sends back all of the domain's stanzas. */
  function checkOn(answer: (request: IqRequest) => IqAnswer) {
    const { logger, lines } = new LogLines();
    const link = Object.assign(new EventEmitter<LinkEvents>(), {
      domain: DOMAIN,
      server: "ejabberd" as const,
      write: (text: string) => check.consume(parseXml(text) as Element),
    });
    const requests = { ask: (request: IqRequest) => settledAnswer(answer(request)) };
    const check: StartupCheck = new StartupCheck(link as never, [misspelt], requests, logger);
    check.againMs = 5;
    return { check, lines, link };
  }

  onEachServer((stage) => {
    it("is lost, with the sentence of the log, while the server doesn't serve a host, whose users' messages wait", async () => {
      const access = stage.server.component();
      const component = await ComponentProcess.start({ access, hosts: [HOST, misspelt] });
      const words = `The server doesn't serve ${misspelt}`;
      try {
        await component.until(() => component.log.includes(words), "heard to say it");
        const response = await component.get("/readyz");
        expect(response?.status).to.equal(503);
        expect(await response?.text())
          .to.contain(words)
          .and.contain("xmpp.hosts must list");
        expect(await component.metric("qtalk_ready")).to.equal(0);
        expect((await command(component, "health", "--ready")).stderr).to.contain(words);
        const body = "<message type='chat'><body>hello</body></message>";
        const call = { from: `test1@${misspelt}`, to: `test2@${HOST}`, message: body };
        const answer = await component.post("send_thirdmessage", call);
        expect(answer.headers.get("X-QTalk-Delivery"), "not lost").to.equal("queued");
      } finally {
        await component.stop();
      }
    });
  });

  it("comes back without a restart when the server serves the host", async () => {
    let isServed = false;
    const { check, lines, link } = checkOn(() =>
      isServed
        ? { kind: "result", payload: undefined }
        : { kind: "error", condition: "remote-server-not-found" },
    );
    const heard: boolean[] = [];
    check.onServed(() => heard.push(check.isUnserved(misspelt)));
    link.emit("up");
    await waitUntil("not served", () => check.reason !== undefined);
    expect(check.reason).to.match(/^The server doesn't serve qtlak/);
    expect([check.isUnserved(misspelt), check.isUnserved(HOST), heard]).to.deep.equal([true, false, []]);
    isServed = true;
    await waitUntil("served", () => check.reason === undefined);
    expect(heard).to.deep.equal([false]);
    expect(lines.map(({ level }) => level)).to.deep.equal(["error", "info"]);
    link.emit("down", undefined as never);
  });

  it("is lost if the server lets nobody write to other servers, as ejabberd's s2s_access can say", async () => {
    const { check, link } = checkOn(() => ({ kind: "error", condition: "forbidden" }));
    link.emit("up");
    await waitUntil("not served", () => check.reason !== undefined);
    expect(check.reason).to.match(/^The server doesn't serve qtlak\.test\.invalid \(forbidden\)/);
    link.emit("down", undefined as never);
  });

  it("stays, and the log doesn't say that a host is elsewhere, if the host refuses service discovery alone", async () => {
    for (const condition of ["forbidden", "service-unavailable"]) {
      const { check, lines, link } = checkOn(({ payload }) =>
        payload.is("ping") ? { kind: "result", payload: undefined } : { kind: "error", condition },
      );
      link.emit("up");
      await waitUntil("said", () => lines.length > 0);
      expect(check.reason).to.equal(undefined);
      expect(lines.map(({ level, message }) => `${level}: ${message}`).join("\n")).to.match(
        /^warn: The host qtlak\.test\.invalid refuses the component's requests \([a-z-]+\)[^\n]*$/,
      );
      link.emit("down", undefined as never);
    }
  });
});

describe("A start", () => {
  onEachServer(
    (stage) => {
      it("logs which setting of this server permits sending as users", async () => {
        const log = await until(stage, "doesn't let conference.qtalk.test.org send as its users");
        const lines = ["check_from: false", "validate_from_addresses = false"];
        if (stage.server.kind === "prosody") lines.reverse();
        expect(log).to.include(lines[0]).and.not.include(lines[1]);
      });
    },
    { components: [{ domain: DOMAIN, sendsAsUsers: false }] },
  );

  onServer("ejabberd", { modules: { muc: DOMAIN } }, (stage) => {
    it("logs that the server's own rooms have the component's domain", async () => {
      expect(await until(stage, "The server's own rooms have the domain")).to.include("mod_muc");
    });
  });

  onServer("ejabberd", {}, (stage) => {
    it("logs that another connection has the domain", async () => {
      await stage.component();
      await until(stage, "Another connection serves conference.qtalk.test.org, too");
    });
  });

  onEachServer((stage) => {
    it("of a second component with the same domain: both log what happened, and what to do", async () => {
      const access = stage.server.component();
      const words =
        stage.server.kind === "prosody"
          ? `nother connection for ${DOMAIN} has replaced this one. A second instance`
          : `nother connection serves ${DOMAIN}, too, and gets part of the component's stanzas. If it is a second`;
      const first = await ComponentProcess.start({ access, hosts: [HOST] });
      try {
        await first.ready();
        const second = await ComponentProcess.start({ access, hosts: [HOST] });
        try {
          for (const each of [first, second]) {
            await each.until(() => each.log.includes(words), `heard to say ${words}`);
            expect(each.log).not.to.contain("own rooms").and.not.contain("kick_old");
          }
        } finally {
          await second.stop();
        }
      } finally {
        await first.stop();
      }
    });

    it("logs no error for a correct setup, and shows nothing to users", async () => {
      const juliet = await stage.client("juliet");
      const access = stage.server.component();
      const component = await ComponentProcess.start({ access, hosts: [HOST] });
      try {
        await component.ready();
        const call = { from: "romeo", to: juliet.bareJid, message: "<message><body>x</body></message>" };
        expect(await (await component.post("send_thirdmessage", call)).text()).to.include('"ret":true');
        await juliet.next((stanza) => stanza.getChildText("body") === "x");
        expect(juliet.received.filter(({ name }) => name === "message")).to.have.length(1);
        expect(component.log).not.to.include('"level":"error"');
      } finally {
        await component.stop();
      }
    });
  });
});
