import { expect } from "chai";
import { Errcode, Refusal } from "../../../component/refusal.js";
import type { Operating } from "../../../http/endpoint.js";
import { Interface } from "../../support/interface.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const CONFIRMED = { delivery: "confirmed" } as const;

const from = "test1@qtalk.test.org";
const to = "test2@qtalk.test.org";

/** The interface document's calls, what their operations say, and the answers as documented. */
const documented: {
  readonly name: string;
  readonly body?: object;
  readonly query?: string;
  readonly operation: keyof Operating;
  readonly done: unknown;
  readonly answer: string;
}[] = [
  {
    name: "send_thirdmessage",
    body: {
      from,
      to,
      message: "<message type='chat'><body id='1' msgType='1' maType='3'>d</body></message>",
    },
    operation: "sendThirdMessage",
    done: CONFIRMED,
    answer: SUCCESS,
  },
  {
    name: "send_notify",
    body: { from, to, category: "1", data: "" },
    operation: "sendNotify",
    done: CONFIRMED,
    answer: SUCCESS,
  },
  {
    name: "get_user_nick",
    body: { ID: "test", Domain: "qtalk.test.org" },
    operation: "getUserNick",
    done: { nick: "测试", vcard: "file/v2/download/2048.jpg?name=2048.jpg" },
    answer:
      '{"ret":true,"errcode":0,"errmsg":"","data":{"Nick":"测试","Vcard":"file/v2/download/2048.jpg?name=2048.jpg"}}',
  },
  {
    name: "send_message",
    body: {
      From: "test1",
      To: [{ User: "test" }],
      Body: "xxxxxxx",
      Type: "chat",
      Msg_Type: "1",
      Host: "qtalk.test.org",
      Domain: "qtalk.test.org",
      Extend_Info: "",
    },
    operation: "sendMessage",
    done: CONFIRMED,
    answer: '{"ret":true,"errcode":0,"errmsg":"success"}',
  },
  {
    name: "auth_uk",
    query: "?u=test&k=290711548828672407278",
    operation: "authUk",
    done: {},
    answer: '{"ret":true,"errcode":0,"errmsg":"success"}',
  },
];

describe("The documented answers, byte for byte", () => {
  for (const { name, body, query, operation, done, answer } of documented) {
    const ask = (http: Interface) =>
      body === undefined ? http.request(`/qtalk/${name}${query ?? ""}`) : http.post(name, body);

    it(`${name}: done`, async () => {
      const http = await Interface.open({ operations: { [operation]: () => Promise.resolve(done) } });
      const seen = await ask(http);
      await http.close();
      expect(seen.text).to.equal(answer);
      expect(seen.status).to.equal(200);
      expect(seen.headers.get("content-type")).to.equal("application/json; charset=utf-8");
      expect(seen.headers.get("content-length")).to.equal(String(Buffer.byteLength(answer)));
    });

    it(`${name}: refused`, async () => {
      const refusal = new Refusal(Errcode.forbidden, 'from: "测试" may not');
      const http = await Interface.open({ operations: { [operation]: () => Promise.resolve(refusal) } });
      const seen = await ask(http);
      await http.close();
      expect(seen.text).to.equal('{"ret":false,"errcode":2,"errmsg":"from: \\"测试\\" may not","data":""}');
      expect(seen.status).to.equal(200);
    });
  }
});
