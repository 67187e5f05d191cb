/** The texts of single screens: English, Chinese. {name} is a placeholder. */

/** @satisfies {import("../texts.js").Texts} */
export const SCREENS = {
  refusedText: [
    "The last 100 refused calls, newest first. The reason is the one that the caller got.",
    "最近 100 次被拒绝的调用，最新的在前，附有返回给调用方的原因。",
  ],
  deadLettersText: [
    "A dead letter is a stanza (an XMPP message, presence or request) that the server rejected by closing the stream. It left the queue, so that all others could be sent. Read its reason before you retry it. Webhooks have dead letters of their own, which are events: see Hooks.",
    "死信是服务器以断开连接的方式拒绝的消息（XMPP 的 message、presence 或请求）。死信已移出队列，其他消息因此得以继续发送。重试之前，请先查看原因。Webhook 另有自己的死信，即未能投递的事件，见 Webhook 页。",
  ],
  callersText: [
    "The programs that may call the HTTP interface, as configured in http.callers.",
    "http.callers 中配置的、可以调用 HTTP 接口的程序。",
  ],
  incomingHooks: [
    "URLs to which programs post. Each post becomes a message to a room or a user.",
    "供程序 POST 的 URL。内容作为消息发到群或用户。",
  ],
  outgoingHooks: [
    "Programs that receive events. An event that can't be delivered for a day, or that gets status 410, becomes a dead letter.",
    "接收事件的程序。一天之内无法投递或状态码为 410 的事件成为死信。",
  ],
  botsText: [
    "Bots send the messages of webhooks. They enter rooms of other group chat services as ordinary occupants.",
    "机器人发送 Webhook 的消息。在其他群聊服务上的群里，机器人是普通的在群用户。",
  ],
  keysText: [
    "A key lets a client prove its user's identity to web services.",
    "客户端用密钥向 Web 服务证明用户的身份。",
  ],
  operatorsText: [
    "With a token, operators log in here, and their programs run operations over HTTP (/admin).",
    "操作员用令牌登录控制台；其程序用令牌通过 HTTP（/admin）执行操作。",
  ],
  changesText: [
    "Changes by operators and service administrators, newest first; see operators.changes_days.",
    "操作员和服务管理员所做的更改，最新的在前。保留天数由 operators.changes_days 设定。",
  ],

  // Titles in the navigation
  refusedCalls: ["Refused calls", "被拒绝的调用"],
  callers: ["Callers", "调用方"],
  hooks: ["Hooks", "Webhook"],
  bots: ["Bots", "机器人"],
  people: ["Users", "用户"],
  operators: ["Operators", "操作员"],
  changes: ["Changes", "更改记录"],

  // Rooms
  announceInAll: ["Announce in all rooms", "向所有群发公告"],
  settings: ["Settings", "设置"],
  save: ["Save", "保存"],
  secretHelp: ["Leave empty to keep the current value.", "留空则不修改。"],
  nothingChanged: ["Nothing was changed.", "没有修改。"],
  moreActions: ["More actions", "其他操作"],
  destroyText: [
    "The room's settings, affiliations and messages are deleted permanently, and its occupants are removed. Members: {members}. Occupants' sessions: {inside}.",
    "群的设置、群内身份和聊天记录将永久删除，在群用户将被移出。成员：{members} 人；在群会话：{inside} 个。",
  ],

  // Forms and their results
  listHelp: ["one per line, or separated by spaces", "每行一个，或用空格分隔"],
  shownOnce: ["Shown only now", "仅显示这一次"],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  tryIt: ["To try it, run", "试用命令"],

  // Buttons: the operations' verbs, and those with longer names
  test: ["Test", "测试"],
  set: ["Change", "修改"],
  rotate: ["Renew", "更换"],
  remove: ["Remove", "移除"],
  retry: ["Retry", "重试"],
  drop: ["Delete", "删除"],
  forAll: ["{action} all", "全部{action}"],
  enter: ["Enter a room", "进入群"],
  leave: ["Leave", "离开"],
  issue: ["Issue a key", "签发密钥"],
  revoke: ["Revoke", "吊销"],
  make: ["Create a room", "建群"],
  announce: ["Announce", "发公告"],
  "hand-over": ["Hand over", "转让"],
  purge: ["Delete messages", "删除聊天记录"],
  destroy: ["Destroy", "销毁"],
  kick: ["Kick", "移出"],
  member: ["Member", "成员"],
  admin: ["Administrator", "管理员"],
  owner: ["Owner", "群主"],
  ban: ["Ban", "封禁"],
  expel: ["Remove", "移除"],
  addTo: ["Add: {list}", "添加：{list}"],
  addHook: ["Create an incoming webhook", "创建入站 Webhook"],
  addOutgoingHook: ["Create an outgoing webhook", "创建出站 Webhook"],
  addUser: ["Add a user", "添加用户"],
  addOperator: ["Add an operator", "添加操作员"],

  // Words for values, by field
  "affiliation owner": ["Owner", "群主"],
  "affiliation admin": ["Administrator", "管理员"],
  "affiliation member": ["Member", "成员"],
  "affiliation none": ["None", "无"],
  "affiliation outcast": ["Banned", "已封禁"],
  "role moderator": ["Moderator", "主持人"],
  "role participant": ["Participant", "参与者"],
  "role visitor": ["Visitor", "旁听者"],
  "state entering": ["entering", "正在进入"],
  "state inside": ["inside", "在群内"],
  "state outside": ["outside", "不在群内"],
  "state unsure": ["asking the room", "正在询问群"],
  "state refused": ["refused", "被拒绝"],
  "way command line": ["command line", "命令行"],
  "way console": ["console", "控制台"],
  "way http": ["HTTP", "HTTP"],
  "way xmpp": ["XMPP", "XMPP"],
  "kind request": ["bad request", "请求有误"],
  "kind forbidden": ["user not permitted", "用户没有权限"],
  "kind exists": ["already exists", "已存在"],
  "kind notFound": ["not found", "不存在"],
  "kind unavailable": ["unavailable", "暂时不可用"],
  "kind caller": ["caller not permitted", "调用方没有权限"],
  "kind tooLong": ["text too long", "文本过长"],
  "link up": ["Up", "正常"],
  "link connecting": ["Connecting", "正在连接"],
  "link away": ["Server unreachable", "无法连接服务器"],
  "link refused": ["Refused by the server", "被服务器拒绝"],
  "link stopped": ["Stopped", "已停止"],
};
