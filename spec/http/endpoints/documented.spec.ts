import { expect } from "chai";
import { Errcode, Refusal } from "../../../component/refusal.js";
import type { OperationsApi } from "../../../http/endpoint.js";
import { Interface } from "../../support/interface.js";

const SUCCESS = '{"ret":true,"errcode":0,"errmsg":"success","data":""}';
const CONFIRMED = { delivery: "confirmed" } as const;

const from = "test1@qtalk.test.org";
const to = "test2@qtalk.test.org";

const ROOM_OPERATIONS = {
  create_muc: "createMuc",
  destroy_muc: "destroyMuc",
  add_muc_user: "addMucUser",
  del_muc_user: "delMucUser",
} as const;

/** The interface document's calls, what their operations say, and the answers as documented. */
const documented: {
  readonly name: string;
  readonly body?: object;
  readonly query?: string;
  readonly operation: keyof OperationsApi;
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
  ...(["create_muc", "destroy_muc", "add_muc_user", "del_muc_user"] as const).map((name) => ({
    name,
    body: {
      muc_id: "test-8470e92d33304a27a847ddcbc3b9ae2b",
      muc_owner: "admin",
      muc_domain: "conference.qtalk.test.org",
      ...(name.endsWith("_user") ? { muc_member: ["test1", "test2"] } : { system: "test" }),
    },
    operation: ROOM_OPERATIONS[name],
    done: CONFIRMED,
    answer: SUCCESS,
  })),
  {
    name: "muc_users",
    body: { muc_id: "5f0b6bfa2e3a4d78aefe047ab06dc589", muc_domain: "conference.qtalk.test.org" },
    operation: "mucUsers",
    done: [
      { user: "test", host: "qtalk.test.org", name: "测试1" },
      { user: "test1", host: "qtalk.test.org", name: "测试2" },
    ],
    answer:
      '{"ret":true,"errcode":0,"errmsg":"","data":[{"U":"test","H":"qtalk.test.org","N":"测试1"},' +
      '{"U":"test1","H":"qtalk.test.org","N":"测试2"}]}',
  },
  {
    name: "clear_staff",
    body: { users: ["test", "test1"], host: "qtalk.test.org" },
    operation: "clearStaff",
    done: CONFIRMED,
    answer: '{"ret":true,"errcode":0,"errmsg":"","data":""}',
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
      const data = answer.includes('"data"') ? ',"data":""' : "";
      expect(seen.text).to.equal(`{"ret":false,"errcode":2,"errmsg":"from: \\"测试\\" may not"${data}}`);
      expect(seen.status).to.equal(200);
    });
  }
});
