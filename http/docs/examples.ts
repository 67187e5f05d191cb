/** The interface document's own examples, and the like for what it doesn't have, one an endpoint: a POST's body, a GET's query. */

/** What stands in the examples in place of the document's own names. */
export interface ExampleNames {
  /** Of users. */
  readonly host: string;
  /** Of rooms. */
  readonly domain: string;
}

/** A body; a GET's query. */
export type Example = Readonly<Record<string, unknown>> | readonly object[];
export type Examples = Readonly<Record<string, Example>>;

const room = {
  muc_id: "test-8470e92d33304a27a847ddcbc3b9ae2b",
  muc_owner: "admin",
  muc_domain: "conference.qtalk.test.org",
};

const text = {
  From: "test1",
  To: [{ User: "test" }],
  Body: "xxxxxxx",
  Type: "chat",
  Msg_Type: "1",
  Host: "qtalk.test.org",
  Domain: "qtalk.test.org",
  Extend_Info: "",
};

const managed = { muc: "5f0b6bfa2e3a4d78aefe047ab06dc589", domain: "conference.qtalk.test.org" };

export const EXAMPLES: Examples = {
  send_thirdmessage: {
    from: "test1@qtalk.test.org",
    to: "test2@qtalk.test.org",
    message:
      "<message xml:lang='en' from='test1@qtalk.test.org' to='test2@qtalk.test.org' type='chat'><body msgType='1' maType='3' id='7aea7e1c7b544992ace3bdb4b3ab233271sd3ffsadfsad22'>dddddddddddddddddddddddddddddddddddddddd</body></message>",
  },
  send_notify: { from: "test1@qtalk.test.org", to: "test2@qtalk.test.org", category: "1", data: "{}" },
  create_muc: { ...room, system: "test" },
  add_muc_user: { ...room, muc_member: ["test1", "test2"], system: "test" },
  del_muc_user: { ...room, muc_member: ["test1"], system: "test" },
  destroy_muc: { ...room, system: "test" },
  get_user_nick: { ID: "test", Domain: "qtalk.test.org" },
  send_message: text,
  muc_users: { muc_id: "5f0b6bfa2e3a4d78aefe047ab06dc589", muc_domain: "conference.qtalk.test.org" },
  auth_uk: { u: "test", k: "290711548828672407278" },
  send_notice_vcard: { muc_name: "5f0b6bfa2e3a4d78aefe047ab06dc589" },
  "management/get_muc_opts": managed,
  "management/change_muc_opts": {
    ...managed,
    public: "true",
    persistent: "true",
    max_users: "250",
    affiliations: "test",
  },
  "management/del_muc_user": { ...managed, user: "test1", host: "qtalk.test.org" },
  send_http_message: {
    system: "oa",
    from: "test1",
    fromhost: "qtalk.test.org",
    to: [{ user: "test", host: "qtalk.test.org" }],
    type: "chat",
    msgtype: "1",
    content: "xxxxxxx",
    extendinfo: "",
    backupinfo: "",
    auto_reply: "false",
  },
  sendmessage: [{ ...text, Carbon: "false" }],
  sendnotice: [{ From: "test1", Body: "xxxxxxx" }],
  clear_staff: { users: ["test", "test1"], host: "qtalk.test.org" },
};

/** The examples as they can be tried here. */
export function examplesWith({ host, domain }: ExampleNames): Examples {
  const text = JSON.stringify(EXAMPLES).replace(/(conference\.)?qtalk\.test\.org/g, (_, room?: string) =>
    room === undefined ? host : domain,
  );
  return JSON.parse(text) as Examples;
}
