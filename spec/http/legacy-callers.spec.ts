/** The request shapes of programs written for QTalk, which send no token: one entry by their address lets them in. */
import { componentWith } from "./talk.js";
import { component } from "../plays/component.js";
import { program } from "../plays/program.js";

const NOTICE = "<message from='a@qtalk.test.org' to='b@qtalk.test.org' auto_reply='false' type='chat'>";
const body = (more: string, text = "x"): string => `<body id='sys-1' ${more} backupinfo=''>${text}</body>`;
const java = {
  system: "sys",
  from: "a@qtalk.test.org",
  to: "b@qtalk.test.org",
  message: `${NOTICE}${body("msgType='1' maType='20' extendInfo=''", "x".repeat(30_000))}</message>`,
  type: "headline",
};
const card = `${NOTICE}${body("msgType='257' maType='20' extendInfo='{&quot;标题&quot;:&quot;假条&quot;}'")}</message>`;
const array = `<message from='a@qtalk.test.org' type='chat' msec_times='1'>${body("msgType='1'")}<stime xmlns='jabber:stime:delay' stamp='20200101T00:00:00'/></message>`;
const consult = `<message xmlns='jabber:client' type='consult' from='a@qtalk.test.org' to='b@qtalk.test.org' realfrom='c@qtalk.test.org' realto='b@qtalk.test.org' channelid='{"cn":"consult"}' qchatid='4'><body msgType='1'/><active xmlns='http://jabber.org/protocol/chatstates'/></message>`;
const python = `<message type='headline'><body id='p1' msgType='1' extendInfo='1'>&#20320;&#22909;</body></message>`;
const legacy = { name: "legacy", addresses: ["127.0.0.1"], senders: ["*"] };

describe("Programs written for QTalk, with one entry by their address", () => {
  componentWith({ context: { carbons: false }, config: { callers: [legacy] } }).scenes({
    "are served as ever": [
      program.POST`send_thirdmessage ${java} (content-type: application/json; charset=UTF-8) = ok`,
      component.sends`B <this type="chat"/>`,
      program.POST`send_thirdmessage/ ${java} {message: ${card}} = ok`,
      component.sends`B <body msgType="257"/>`,
      program.POST`send_thirdmessage [{from: a@qtalk.test.org, to: b@qtalk.test.org, message: ${array}, type: headline}] = ok`,
      component.sends`B <this type="chat"/>`,
      program.POST`send_thirdmessage ${java} {message: ${consult}, type: consult} = ok`,
      component.sends`B <this realfrom="c@qtalk.test.org"/>`,
      program.POST`send_thirdmessage ${java} {message: ${python}} (content-type: application/json) = ok`,
      component.sends`B <body>你好</body>`,
      program.POST`send_notify {category: "1", data: "{}", to: [a@qtalk.test.org, b], from: c} = ok`,
      program.POST`send_message {From: a, To: [{User: b}], Body: x} = ok`,
      program.GET`send_notice_vcard?muc_name=none = *`,
    ],

    "get the errcodes of ever for what is malformed, and nothing about permissions": [
      program.POST`send_thirdmessage ${java} {from: "a b"} = 1 *`,
      program.POST`send_thirdmessage ${java} {message: "<message><body>a & b</body></message>"} = 1 *`,
      program.POST`send_message {From: "@", To: [{User: b}], Body: x} = 1 *`,
      program.GET`send_thirdmessage = 1 GET is not disable`,
      program.POST`nothing {} = 1 request not defined`,
    ],
  });
});
