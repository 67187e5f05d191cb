import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { connect } from "node:net";
import { Interface } from "../support/interface.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const CALL = '{"from":"a","to":"b","message":"你好"}';
const LIMIT = 4096;

describe("Requests as callers make them", () => {
  const messages: string[] = [];
  const keys: unknown[] = [];
  let http: Interface;
  before(async () => {
    http = await Interface.open({
      config: { body_limit: LIMIT },
      runs: {
        send_thirdmessage: (items: readonly { readonly message: string }[]) => {
          messages.push(...items.map(({ message }) => message));
          return Promise.resolve({ delivery: "confirmed" });
        },
        auth_uk: (call: object, { address }) => {
          keys.push({ ...call, address });
          return Promise.resolve({});
        },
      },
    });
  });
  after(() => http.close());
  beforeEach(() => {
    messages.length = 0;
    keys.length = 0;
  });

  it("are accepted with one slash at the path's end, not with two", async () => {
    expect((await http.post("send_thirdmessage/", CALL)).text).to.equal(SUCCESS);
    expect(await http.fault("send_thirdmessage//", CALL)).to.equal("request not defined");
  });

  it("are refused if their path is unknown", async () => {
    expect(await http.fault("send_thirdmessages", CALL)).to.equal("request not defined");
    expect(await http.fault("Send_ThirdMessage", CALL)).to.equal("request not defined");
    const seen = await http.request("/qtalk");
    expect(seen.text).to.equal('{"ret":false,"errcode":1,"errmsg":"request not defined","data":""}');
    expect((await http.request("/qtalks/send_thirdmessage")).status).to.equal(404);
  });

  it("are refused if their URL has invalid escapes, and leave no stack in the log", async () => {
    const sentence = "the URL has an invalid percent escape; expected UTF-8";
    for (const path of ["%ff", "auth_uk?u=%E0%A4%A&k=1", "auth_uk?u=a&k=%", "auth_uk/?u=%C3%28&k=1"]) {
      const { status, text } = await http.request(`/qtalk/${path}`);
      expect(status, path).to.equal(200);
      expect(JSON.parse(text), path).to.include({ ret: false, errcode: 1, errmsg: sentence });
    }
    for (const path of ["/file/avatar/%E0%A4%A", "/%ff", "/docs?lang=%E0", "/metrics?x=%"]) {
      const { status, text } = await http.request(path);
      expect([status, text], path).to.deep.equal([400, `{"error":"${sentence}"}\n`]);
    }
    expect(keys).to.deep.equal([]);
    expect(http.log.about("", "error")).to.deep.equal([]);
  });

  it("are read as JSON whatever they say they are", async () => {
    for (const type of [
      "application/json; charset=GBK",
      "text/plain",
      "application/x-www-form-urlencoded",
      "",
    ]) {
      expect((await http.post("send_thirdmessage", CALL, { "content-type": type })).text).to.equal(SUCCESS);
    }
    expect(messages).to.deep.equal(["你好", "你好", "你好", "你好"]);
  });

  it("may begin with a byte order mark", async () => {
    expect((await http.post("send_thirdmessage", `\ufeff${CALL}`)).text).to.equal(SUCCESS);
  });

  it("are put together of pieces that cut a character", async () => {
    const body = Buffer.from(CALL);
    const cut = body.indexOf(Buffer.from("你")) + 1;
    const head = `POST /qtalk/send_thirdmessage HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`;
    await new Promise<void>((resolve, reject) => {
      const socket = connect(http.port, "127.0.0.1", () => {
        socket.write(Buffer.concat([Buffer.from(head), body.subarray(0, cut)]));
        // The answer's first byte can't come before the rest is there.
        setImmediate(() => socket.write(body.subarray(cut)));
      });
      socket
        .on("close", () => resolve())
        .on("error", reject)
        .resume();
    });
    expect(messages).to.deep.equal(["你好"]);
  });

  it("are refused with the reason if the body isn't JSON", async () => {
    const fault = (body: string | Uint8Array): Promise<string> => http.fault("send_thirdmessage", body);
    expect(await fault("")).to.equal("the request's body is empty; expected JSON");
    expect(await fault('{"from":')).to.equal("the request's body is not valid JSON");
    expect(await fault('{"from":"a" "to"}')).to.equal(
      "the request's body is not valid JSON (at character 12)",
    );
    expect(await fault("from=a&to=b")).to.equal("the request's body is not valid JSON");
    expect(await fault(Buffer.from([0x22, 0xff, 0x22]))).to.equal(
      "the request's body is not UTF-8; expected JSON in UTF-8",
    );
    expect(await http.fault("send_message", "[]")).to.equal(
      "the request's body: expected an object, not an array",
    );
    expect(messages).to.deep.equal([]);
  });

  it("are refused with the limit if they nest deeper than 32 levels, whatever brackets are beside or in texts", async () => {
    const nested = (levels: number, side = ""): string =>
      `{"from":"a","to":"b","message":"你好${"[{".repeat(40)}","x":${side}${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
    const sides = `[${"[],".repeat(40)}0],"y":`;
    for (const side of ["", sides]) {
      expect((await http.post("send_thirdmessage", nested(32, side))).text).to.equal(SUCCESS);
      for (const levels of [33, 1500])
        expect(await http.fault("send_thirdmessage", nested(levels, side))).to.equal(
          "the request's body nests deeper than 32 levels",
        );
    }
  });

  it("are refused with the limit if they are too long, announced or not", async () => {
    const sentence = `the request's body has more than the ${LIMIT} bytes allowed (http.body_limit)`;
    expect(await http.fault("send_thirdmessage", " ".repeat(LIMIT + 1))).to.equal(sentence);
    expect((await http.post("send_thirdmessage", CALL.padEnd(LIMIT - 4))).text).to.equal(SUCCESS);
    const chunk = `${(LIMIT + 1).toString(16)}\r\n${" ".repeat(LIMIT + 1)}\r\n`;
    const head =
      "POST /qtalk/send_thirdmessage HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n";
    const received = await http.raw(`${head}Connection: close\r\n\r\n${chunk}0\r\n\r\n`);
    expect(received)
      .to.match(/^HTTP\/1\.1 200 OK\r\n/)
      .and.include(sentence);
  });

  it("leave their connection usable after any refusal", async () => {
    const request = (path: string, body: string, more = ""): string =>
      `POST ${path} HTTP/1.1\r\nHost: localhost\r\n${more}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    const received = await http.raw(
      request("/qtalk/send_thirdmessage", " ".repeat(10 * LIMIT)) +
        request("/qtalk/nowhere", CALL) +
        request("/qtalk/send_thirdmessage", CALL, "Content-Encoding: br\r\n") +
        request("/qtalk/send_thirdmessage", CALL, "Connection: close\r\n"),
    );
    expect(received.match(/HTTP\/1\.1 200 OK/g)?.length).to.equal(4);
    expect(received.endsWith(SUCCESS)).to.equal(true);
  });

  it("are refused if their body is compressed", async () => {
    const body = gzipSync(CALL);
    expect(await http.fault("send_thirdmessage", body, { "content-encoding": "gzip" })).to.equal(
      "the request's body has Content-Encoding gzip; expected plain JSON",
    );
  });

  it("of auth_uk come as GET, and as POST with the arguments in either place", async () => {
    const done = '{"ret":true,"errcode":0,"errmsg":"success"}';
    expect((await http.request("/qtalk/auth_uk?u=test&k=29&x=1")).text).to.equal(done);
    expect((await http.request("/qtalk/auth_uk?u=test&k=29", { method: "POST" })).text).to.equal(done);
    expect((await http.post("auth_uk", { u: "test", k: "29" })).text).to.equal(done);
    expect((await http.request("/qtalk/auth_uk?u=%E6%B5%8B&k=2+9")).text).to.equal(done);
    const call = { u: "test", k: "29", address: "127.0.0.1" };
    expect(keys).to.deep.equal([call, call, call, { ...call, u: "测", k: "2 9" }]);
    expect((await http.request("/qtalk/auth_uk?u=test")).text).to.include(
      '"errmsg":"k: expected a string, but it is missing"',
    );
  });

  it("that end in the middle do nothing, and affect no other request", async () => {
    await new Promise<void>((resolve) => {
      const socket = connect(http.port, "127.0.0.1", () => {
        socket.end(
          'POST /qtalk/send_thirdmessage HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n\r\n{"from"',
        );
      });
      socket.on("close", () => resolve()).resume();
    });
    expect((await http.post("send_thirdmessage", CALL)).text).to.equal(SUCCESS);
    expect(messages).to.deep.equal(["你好"]);
    expect(http.log.about("", "error")).to.deep.equal([]);
    expect(http.log.about("aborted by the caller before its request was complete")).to.have.length(1);
  });
});
