/** Mail to hooks: who may send, what is said, and the replies. */
import { connect, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { expect } from "chai";
import { Metrics } from "../../../component/metrics.js";
import { PostBytes } from "../../../component/hooks/post-bytes.js";
import { HookFault } from "../../../component/hooks/fault.js";
import type { Hook } from "../../../component/hooks/hook.js";
import type { Post } from "../../../component/hooks/hooks.js";
import { CallLog } from "../../../http/call-log.js";
import { smtpConfig } from "../../../http/mail/config.js";
import { MailServer } from "../../../http/mail/smtp-server.js";
import { LogLines } from "../../support/log-lines.js";
import { said } from "../../component/hooks/said.js";
import { hook, hooksApi, SECRET } from "../hooks/parts.js";

const TO = `abc+${SECRET}@alerts.test`;
const MOST_CONNECTIONS = 5;
const plain = (user: string, password: string): string =>
  Buffer.from(`\0${user}\0${password}`).toString("base64");

const LOGIN = ["EHLO x", `AUTH PLAIN ${plain("abc", SECRET)}`];

describe("Mail to hooks", () => {
  let posts: Post[];
  /** What storing a post waits for. */
  let stored: Promise<void> | undefined;
  let there: Hook;
  let fault: HookFault | undefined;
  let excess: HookFault | undefined;
  let bytes: PostBytes;
  let counted: string[];
  /** What was kept of posts: headers, body, and the secrets to be blanked. */
  let kept: unknown[];
  let records: CallLog;
  let log: LogLines;
  let server: MailServer;
  let port: number;

  beforeEach(async () => {
    posts = [];
    counted = [];
    kept = [];
    there = hook();
    bytes = new PostBytes({ posts_bytes: 100 * 1024 });
    fault = excess = stored = undefined;
    log = new LogLines();
    records = new CallLog(new Metrics(), log.logger);
    server = new MailServer({
      config: smtpConfig.parse({
        listen: "127.0.0.1:0",
        message_bytes: 64 * 1024,
        max_connections: MOST_CONNECTIONS,
      }),
      hooks: hooksApi({
        find: (id, secret) => (id === "abc" && secret === SECRET ? there : undefined),
        receive: async (_hook, post) => {
          posts.push(post);
          await stored;
          return fault ?? { id: "m1", delivery: "confirmed" };
        },
        bytes,
        rates: { refuse: () => excess, charge: () => undefined },
        captures: {
          keep: (_hook, post, secrets) => {
            const { headers, body } = post();
            kept.push([headers.map((each) => each.join(": ")).join(), body.toString(), secrets]);
            return true;
          },
        },
        countRefused: (_hook, { kind }) => counted.push(kind),
      }),
      during: async (work) => await work(),
      records,
      log: log.logger,
    });
    port = await server.listen();
  });
  afterEach(() => server.close());

  /** Says lines to the server, one after another's reply; `mail` stands for a mail's lines. @returns the replies' last lines */
  const talk = async (...lines: readonly string[]): Promise<string[]> => {
    const socket = connect(port, "127.0.0.1");
    const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
    const reply = async (): Promise<string> => {
      for (;;) {
        const { value = "" } = (await replies.next()) as { value?: string };
        if (!/^\d{3}-/.test(value)) return value;
      }
    };
    await reply();
    const heard: string[] = [];
    for (const line of ["EHLO client.test", ...lines, "QUIT"]) {
      socket.write(`${line.replaceAll(/\r?\n/g, "\r\n")}\r\n`);
      heard.push(await reply());
    }
    socket.end();
    await once(socket, "close");
    return heard.slice(1, -1);
  };
  const send = async (mail: string, to = TO): Promise<string> =>
    (await talk("MAIL FROM:<root@db1.test>", `RCPT TO:<${to}>`, "DATA", `${mail}\n.`)).at(-1) ?? "";
  const text = (): string[] => posts.map(({ posted }) => said(posted).slice(1).join("\n"));

  it("says the subject and the text, whatever their charset", async () => {
    const mail = [
      "From: root@db1.test",
      "Subject: =?UTF-8?B?5aSH5Lu9?= of db1",
      "Message-ID: <1@db1.test>",
      "Content-Type: text/plain; charset=iso-8859-1",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "caf=E9 is done",
    ].join("\n");
    expect(await send(mail)).to.equal("250 OK confirmed m1");
    expect(text()).to.deep.equal(["备份 of db1\ncafé is done"]);
    expect(posts[0]?.key).to.equal("mail <1@db1.test>");
    expect(JSON.stringify(log.lines)).not.to.contain(SECRET);
  });

  it("says the text of HTML, with links, and keeps attachments", async () => {
    const mail = [
      "Subject: SMART error (FailedHealthCheck) detected on host: nas",
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/html; charset=utf-8",
      "",
      '<h1>Disk</h1><p>See <a href="https://nas.example.org/">the log</a><img src="https://x.test/pixel"></p><script>alert(1)</script>',
      "--b",
      'Content-Type: image/png; name="graph.png"',
      "Content-Transfer-Encoding: base64",
      'Content-Disposition: attachment; filename="graph.png"',
      "",
      "UE5H",
      "--b--",
    ].join("\n");
    expect(await send(mail)).to.match(/^250 /);
    expect(text()).to.deep.equal([
      "🔴 SMART error (FailedHealthCheck) detected on host: nas\nDisk\n\nSee the log https://nas.example.org/\n📎 graph.png, 3 B",
    ]);
    expect(posts[0]?.posted.files).to.deep.equal([
      { name: "graph.png", type: "image/png", bytes: Buffer.from("PNG") },
    ]);
  });

  it("has the pictures of its HTML, without logos, icons and pixels", async () => {
    const part = (name: string, bytes: number, more = "Content-Disposition: inline"): string =>
      [
        "--b",
        `Content-Type: image/png; name="${name}"`,
        "Content-Transfer-Encoding: base64",
        `Content-ID: <${name}>`,
        more,
        "",
        Buffer.alloc(bytes, name).toString("base64").replaceAll(/.{76}/g, "$&\n"),
      ].join("\n");
    const attached = 'Content-Disposition: attachment; filename="icon.png"';
    await send(
      [
        "Subject: High load",
        'Content-Type: multipart/related; boundary="b"',
        "",
        "--b",
        "Content-Type: text/html; charset=utf-8",
        "",
        '<img src="cid:logo"><p>97 %</p><img src="cid:graph">',
        part("logo", 3_000),
        part("graph", 20_000),
        part("icon", 50, attached),
        "--b--",
      ].join("\n"),
    );
    expect(posts[0]?.posted.files?.map(({ name, bytes }) => [name, bytes.length])).to.deep.equal([
      ["graph", 20_000],
      ["icon.png", 50],
    ]);
    expect(text()[0]).to.contain("97 %");
  });

  it("is kept as it came if its hook's posts are captured, without the secret", async () => {
    await talk("MAIL FROM:<root@db1.test>", `RCPT TO:<${TO}>`, "DATA", `To: ${TO}\nSubject: x\n\ny\n.`);
    expect(kept).to.deep.equal([
      ["Content-Type: message/rfc822", `To: ${TO}\r\nSubject: x\r\n\r\ny\r\n`, [SECRET]],
    ]);
  });

  it("is taken for any domain after a login, or for the address alone", async () => {
    const rest = ["MAIL FROM:<>", "RCPT TO:<root@localhost>", "DATA", "Subject: x\n\ny\n."];
    const login = await talk(`AUTH PLAIN ${plain("abc", SECRET)}`, ...rest);
    expect(login.map((line) => line.slice(0, 3))).to.deep.equal(["235", "250", "250", "354", "250"]);
    expect(
      (await talk(`AUTH PLAIN ${plain("abc", "wrong")}`, ...rest)).map((line) => line.slice(0, 3)),
    ).to.deep.equal(["535", "250", "550", "503", "500"]);
    expect(posts).to.have.length(1);
  });

  it("is refused before its data without a right, or for a hook of another format", async () => {
    for (const to of ["root@localhost", `abc+wrong@x.test`, `xyz+${SECRET}@x.test`, `abc@x.test`])
      expect((await talk("MAIL FROM:<>", `RCPT TO:<${to}>`)).at(-1)).to.match(
        /^550 no hook has this address/,
      );
    there = hook({ format: "grafana" });
    expect((await talk("MAIL FROM:<>", `RCPT TO:<${TO}>`)).at(-1)).to.match(/^550 .*format grafana/);
    expect(posts).to.have.length(0);
  });

  it("goes to one recipient at a time, which clients try again", async () => {
    const heard = await talk("MAIL FROM:<>", `RCPT TO:<${TO}>`, `RCPT TO:<${TO.replace("alerts", "other")}>`);
    expect(heard.at(-1)).to.match(/^452 /);
  });

  const hold = async (socket: Socket, lines: readonly string[]): Promise<void> => {
    const replies = createInterface({ input: socket.on("error", () => undefined) });
    await once(replies, "line");
    for (const line of lines) {
      socket.write(`${line}\r\n`);
      for await (const reply of replies) if (/^\d{3} /.test(reply)) break;
    }
    socket.resume();
  };

  for (const [who, lines] of [
    ["strangers hold", []],
    ["another client of the hook holds", LOGIN],
  ] as const)
    it(`is taken while ${who} all connections`, async () => {
      const held = Array.from({ length: MOST_CONNECTIONS }, () => connect(port, "127.0.0.1"));
      const closed = once(held[0]!, "close");
      for (const socket of held) await hold(socket, lines);
      expect(await send("Subject: x\n\ny")).to.match(/^250 /);
      await closed;
      for (const socket of held) socket.destroy();
    });

  it("is answered with what became of it, though others use all connections meanwhile", async () => {
    let store = (): void => undefined;
    stored = new Promise<void>((resolve) => (store = resolve));
    const first = send("Subject: x\n\ny");
    while (posts.length === 0) await new Promise(setImmediate);
    const held = Array.from({ length: MOST_CONNECTIONS - 1 }, () => connect(port, "127.0.0.1"));
    const closed = held.map((socket) => once(socket, "close"));
    for (const socket of held) await hold(socket, LOGIN);
    const other = connect(port, "127.0.0.1");
    await Promise.race([...closed, first]);
    store();
    expect(await first).to.equal("250 OK confirmed m1");
    for (const socket of [...held, other]) socket.destroy();
  });

  it("is refused by size, announced or not", async () => {
    expect((await talk("MAIL FROM:<> SIZE=100000"))[0]).to.match(/^552 /);
    expect(await send(`Subject: x\n\n${"y".repeat(70).concat("\n").repeat(1000)}`)).to.match(
      /^552 .*65536 bytes allowed \(smtp\.message_bytes\)/,
    );
    expect([posts.length, counted]).to.deep.equal([0, ["large"]]);
  });

  it("is to come later, unless it is small, while posts and mails have all the bytes that they may have", async () => {
    const mail = `Subject: x\n\n${"y".repeat(70).concat("\n").repeat(800)}`;
    const post = bytes.begin({ id: "other" });
    expect(post.take(90 * 1024)).to.equal(undefined);
    expect(await send(mail)).to.match(/^451 .*\(hooks\.posts_bytes\); nothing was sent/);
    expect(await send("Subject: x\n\ny")).to.match(/^250 /);
    post.end();
    expect(await send(mail)).to.match(/^250 /);
    expect(counted).to.deep.equal(["unavailable"]);
  });

  it("leaves no bytes behind when its connection closes within it", async () => {
    const socket = connect(port, "127.0.0.1");
    const replies = createInterface({ input: socket })[Symbol.asyncIterator]();
    const sends = async (reply: string, ...lines: readonly string[]): Promise<void> => {
      for (;;) {
        const { value, done } = (await replies.next()) as { value?: string; done?: boolean };
        expect(done, `closed before ${reply}`).not.to.equal(true);
        if (value?.startsWith(reply)) break;
      }
      socket.write(lines.map((line) => `${line}\r\n`).join(""));
    };
    await sends("220 ", "EHLO x");
    await sends("250 ", "MAIL FROM:<>", `RCPT TO:<${TO}>`, "DATA");
    await sends("354 ", ...Array.from({ length: 800 }, () => "y".repeat(70)));
    const isFree = (): boolean => bytes.begin({ id: "other" }).refuse(90 * 1024) === undefined;
    while (isFree()) await new Promise((resolve) => setTimeout(resolve, 5));
    socket.destroy();
    while (!isFree()) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it("is refused if it may be one of a loop, but not if a machine sent it", async () => {
    expect(await send("Subject: x\nAuto-Submitted: auto-replied\n\ny")).to.match(/^554 .*automatic reply/);
    expect(await send(`${"Received: from a by b\n".repeat(31)}Subject: x\n\ny`)).to.match(/^554 .*loop/);
    expect(await send("Subject: x\nAuto-Submitted: auto-generated\n\ny")).to.match(/^250 /);
  });

  it("counts as a post to the hook, refused or not", async () => {
    const use = (): object => records.useOf("hook", there.name);
    await send("Subject: x\n\ny");
    expect(use()).to.include({ calls: 1, refused: 0 });
    await send("Subject: x\nAuto-Submitted: auto-replied\n\ny");
    fault = new HookFault("gone", "why not");
    await send("Subject: x\n\ny");
    excess = new HookFault("fast", "too many", 7);
    await send("Subject: x\n\ny");
    expect(use()).to.include({ calls: 4, refused: 3 });
    await send("Subject: x\n\ny", "xyz+wrong@x.test");
    expect(use()).to.include({ calls: 4, refused: 3 });
  });

  it("has replies that say whether to try again", async () => {
    for (const [kind, code] of [
      ["unavailable", "451"],
      ["missing", "550"],
      ["gone", "550"],
      ["empty", "554"],
      ["large", "552"],
    ] as const) {
      fault = new HookFault(kind, "why\nnot");
      expect(await send("Subject: x\n\ny")).to.equal(`${code} why not`);
    }
    excess = new HookFault("fast", "too many", 7);
    expect((await talk("MAIL FROM:<>", `RCPT TO:<${TO}>`)).at(-1)).to.equal("451 too many");
  });
});
