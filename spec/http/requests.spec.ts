import { expect } from "chai";
import { gzipSync } from "node:zlib";
import { once } from "node:events";
import { connect } from "node:net";
import { Interface } from "../support/interface.js";
import { DONE, interfaceWith } from "./talk.js";
import { program } from "../plays/program.js";
import { acts, forEach } from "../plays/steps.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const call = '{"from":"a","to":"b","message":"你好"}';
const LIMIT = 4096;
const ESCAPE = "the URL has an invalid percent escape; expected UTF-8";
const TOO_LONG = `the request's body has more than the ${LIMIT} bytes allowed (http.body_limit)`;
const beside = `[${"[],".repeat(40)}0],"y":`;
/** A body that nests so deep, with brackets in texts and beside. */
const nested = (levels: number, side = ""): string =>
  `{"from":"a","to":"b","message":"你好${"[{".repeat(40)}","x":${side}${"[".repeat(levels - 1)}${"]".repeat(levels - 1)}}`;
const HEAD = "HTTP/1.1\r\nHost: localhost\r\n";
const head = (length: number, more = "", path = "send_thirdmessage"): string =>
  `POST /qtalk/${path} ${HEAD}${more}Content-Length: ${length}\r\n\r\n`;

describe("Requests as callers make them", () => {
  const values = {
    call,
    marked: `\ufeff${call}`,
    empty: "",
    cut: '{"from":',
    wrong: '{"from":"a" "to"}',
    form: "from=a&to=b",
    latin: Buffer.from([0x22, 0xff, 0x22]),
    deep: nested(32),
    deepBeside: nested(32, beside),
    tooDeep: nested(33),
    tooDeepBeside: nested(33, beside),
    muchTooDeep: nested(1500),
    long: call.padEnd(LIMIT - 4),
    tooLong: " ".repeat(LIMIT + 1),
    packed: gzipSync(call),
  };
  interfaceWith({ config: { body_limit: LIMIT } }).scenes({
    "are accepted with one slash at the path's end, not with two": [
      program.POST`send_thirdmessage/ ${values.call} = ok`,
      program.POST`send_thirdmessage// ${values.call} = 1 request not defined`,
    ],

    "are refused if their path is unknown": [
      forEach(["send_thirdmessages", "Send_ThirdMessage"], (path) => [
        program.POST`${path} ${values.call} = 1 request not defined`,
      ]),
      program.GET`/qtalk = 200 {"ret":false,"errcode":1,"errmsg":"request not defined","data":""}`,
      program.GET`/qtalks/send_thirdmessage = 404`,
    ],

    "are refused if their URL has invalid escapes": [
      forEach(["%ff", "auth_uk?u=%E0%A4%A&k=1", "auth_uk?u=a&k=%", "auth_uk/?u=%C3%28&k=1"], (path) => [
        program.GET`${path} = 1 ${ESCAPE}`,
      ]),
      forEach(["/file/avatar/%E0%A4%A", "/%ff", "/docs?lang=%E0", "/metrics?x=%"], (path) => [
        program.GET`${path} = 400 {"error":"${ESCAPE}"}*`,
      ]),
    ],

    "are read as JSON whatever they say they are, and may begin with a byte order mark": [
      forEach(
        ["application/json; charset=GBK", "text/plain", "application/x-www-form-urlencoded"],
        (type) => [program.POST`send_thirdmessage ${values.call} (content-type: ${type}) = ok`],
      ),
      program.POST`send_thirdmessage ${values.marked} = ok`,
    ],

    "are refused with the reason if the body isn't JSON": [
      program.POST`send_thirdmessage ${values.empty} = 1 the request's body is empty; expected JSON`,
      forEach([values.cut, values.form], (body) => [
        program.POST`send_thirdmessage ${body} = 1 the request's body is not valid JSON`,
      ]),
      program.POST`send_thirdmessage ${values.wrong} = 1 the request's body is not valid JSON (at character 12)`,
      program.POST`send_thirdmessage ${values.latin} = 1 the request's body is not UTF-8; expected JSON in UTF-8`,
      program.POST`send_message [] = 1 the request's body: expected an object, not an array`,
    ],

    "are refused with the limit if they nest deeper than 32 levels, whatever brackets are beside or in texts":
      [
        forEach([values.deep, values.deepBeside], (body) => [program.POST`send_thirdmessage ${body} = ok`]),
        forEach([values.tooDeep, values.tooDeepBeside, values.muchTooDeep], (body) => [
          program.POST`send_thirdmessage ${body} = 1 the request's body nests deeper than 32 levels`,
        ]),
      ],

    "are refused with the limit if they are too long": [
      program.POST`send_thirdmessage ${values.tooLong} = 1 ${TOO_LONG}`,
      program.POST`send_thirdmessage ${values.long} = ok`,
    ],

    "are refused if their body is compressed": [
      program.POST`send_thirdmessage ${values.packed} (content-encoding: gzip)
        = 1 *has Content-Encoding gzip; expected plain JSON`,
    ],

    "of auth_uk come as GET, and as POST with the arguments in either place": [
      program.GET`auth_uk?u=test&k=29&x=1 = 200 {"ret":true,"errcode":0,"errmsg":"success"}`,
      program.POST`auth_uk?u=test&k=29 = ok`,
      program.POST`auth_uk {u: test, k: "29"} = ok`,
      program.GET`auth_uk?u=test = 1 k: expected a string, but it is missing`,
    ],
  });

  describe("on the wire", () => {
    const received: unknown[] = [];
    let http: Interface;
    beforeEach(async () => {
      received.length = 0;
      const run = (call: object | readonly object[]): { readonly delivery: "confirmed" } => {
        received.push(call);
        return { delivery: "confirmed" };
      };
      const runs = { ...DONE, send_thirdmessage: run, auth_uk: run };
      http = await Interface.open({ config: { body_limit: LIMIT }, runs });
    });
    afterEach(() => http.close());
    const message = { from: "a", to: "b", message: "你好" };

    it("decode their query", async () => {
      await acts(http, [program.GET`auth_uk?u=%E6%B5%8B&k=2+9 = ok`]);
      expect(received).to.deep.equal([{ u: "测", k: "2 9" }]);
    });

    it("are put together of pieces that cut a character", async () => {
      const body = Buffer.from(call);
      const cut = body.indexOf(Buffer.from("你")) + 1;
      const begin = Buffer.from(head(body.length, "Connection: close\r\n"));
      await new Promise<void>((resolve, reject) => {
        const socket = connect(http.port, "127.0.0.1", () => {
          socket.write(Buffer.concat([begin, body.subarray(0, cut)]));
          // The answer's first byte can't come before the rest is there.
          setImmediate(() => socket.write(body.subarray(cut)));
        });
        socket.on("close", resolve).on("error", reject).resume();
      });
      expect(received).to.deep.equal([[message]]);
    });

    it("are refused with the limit if they are too long, though not announced", async () => {
      const chunk = `${(LIMIT + 1).toString(16)}\r\n${" ".repeat(LIMIT + 1)}\r\n`;
      const chunked = `POST /qtalk/send_thirdmessage ${HEAD}Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n`;
      expect(await http.raw(`${chunked}${chunk}0\r\n\r\n`))
        .to.match(/^HTTP\/1\.1 200 OK\r\n/)
        .and.include(TOO_LONG);
    });

    it("leave their connection usable after any refusal", async () => {
      const request = (body: string, ...more: string[]): string =>
        head(Buffer.byteLength(body), ...more) + body;
      const text = await http.raw(
        request(" ".repeat(10 * LIMIT)) +
          request(call, "", "nowhere") +
          request(call, "Content-Encoding: br\r\n") +
          request(call, "Connection: close\r\n"),
      );
      expect(text.match(/HTTP\/1\.1 200 OK/g)?.length).to.equal(4);
      expect(text.endsWith(SUCCESS)).to.equal(true);
    });

    it("that end in the middle do nothing, and affect no other request", async () => {
      const socket = connect(http.port, "127.0.0.1", () => socket.write(`${head(500)}{"from"`));
      await once(socket, "connect");
      // The answer shows that the other request has been begun.
      await http.request("/healthz");
      socket.end().resume();
      await once(socket, "close");
      expect((await http.post("send_thirdmessage", call)).text).to.equal(SUCCESS);
      expect(received).to.deep.equal([[message]]);
      expect(http.log.about("", "error")).to.deep.equal([]);
      expect(http.log.about("aborted by the caller before its request was complete")).to.have.length(1);
    });

    it("aren't carried out if their client has gone by then, which is counted, and logged once a minute", async () => {
      for (let clients = 0; clients < 3; clients += 1) {
        const socket = connect(http.port, "127.0.0.1");
        socket.end(head(Buffer.byteLength(call)) + call).resume();
        await once(socket, "close");
      }
      expect(received).to.deep.equal([]);
      expect(http.log.about("1 client had gone before the request was served", "warn")).to.have.length(1);
      expect((await http.request("/metrics")).text).to.match(/^qtalk_requests_gone_total 3$/m);
      expect((await http.post("send_thirdmessage", call)).text).to.equal(SUCCESS);
    });
  });
});
