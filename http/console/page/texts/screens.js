/** The texts of single screens: English, Chinese. {name} is a placeholder. */

/** @satisfies {import("../texts.js").Texts} */
export const SCREENS = {
  // Refused calls
  refusedCalls: ["Refused calls", "被拒绝的调用"],
  refusedText: [
    "The last 100 refused calls, newest first. The reason is the one that the caller got.",
    "最近 100 次被拒绝的调用，最新的在前，附有返回给调用方的原因。",
  ],
  kindRequest: ["bad request", "请求有误"],
  kindForbidden: ["user not permitted", "用户没有权限"],
  kindExists: ["already exists", "已存在"],
  kindNotFound: ["not found", "不存在"],
  kindUnavailable: ["unavailable", "暂时不可用"],
  kindCaller: ["caller not permitted", "调用方没有权限"],
  kindTooLong: ["text too long", "文本过长"],

  // Dead letters
  deadLettersText: [
    "A dead letter is a stanza (an XMPP message, presence or request) that the server rejected by closing the stream. It left the queue, so that all others could be sent. Read its reason before you retry it. Webhooks have dead letters of their own, which are events: see Hooks.",
    "死信是服务器以断开连接的方式拒绝的消息（XMPP 的 message、presence 或请求）。死信已移出队列，其他消息因此得以继续发送。重试之前，请先查看原因。Webhook 另有自己的死信，即未能投递的事件，见 Webhook 页。",
  ],
  number: ["No.", "编号"],
  deadLettersN: ["{n} dead letters.", "共 {n} 条死信。"],
  retry: ["Retry", "重试"],
  drop: ["Delete", "删除"],

  // Callers
  callers: ["Callers", "调用方"],
  callersText: [
    "The programs that may call the HTTP interface, as configured in http.callers.",
    "http.callers 中配置的、可以调用 HTTP 接口的程序。",
  ],

  // Hooks
  hooks: ["Hooks", "Webhook"],
  incomingHooks: ["Incoming webhooks", "入站 Webhook"],
  incomingHooksText: [
    "URLs to which programs post. Each post becomes a message to a room or a user.",
    "供程序推送内容的 URL。每次推送都作为一条消息发到群或用户。",
  ],
  format: ["Format", "格式"],
  signed: ["requires a signature", "要求签名"],
  test: ["Test", "测试"],
  outgoingHooks: ["Outgoing webhooks", "出站 Webhook"],
  outgoingHooksText: [
    "Programs that receive events. If a delivery fails, it is retried for a day. Then the event becomes a dead letter.",
    "接收事件的程序。投递失败时，组件在一天内重试；之后事件成为死信。",
  ],

  // Rooms
  searchRooms: ["Search by id or title", "按 id 或标题搜索"],
  room: ["Room", "群"],
  occupants: ["Occupants", "在群用户"],
  makeRoom: ["Create a room", "建群"],
  owner: ["Owner", "群主"],
  announce: ["Announce", "发公告"],
  announceInAll: ["Announce in all rooms", "向所有群发公告"],
  backToRooms: ["All rooms", "所有群"],
  locked: ["locked, as its creator hasn't configured it yet", "已锁定，因为创建者尚未配置"],
  subject: ["Subject", "主题"],
  subjectBy: ["{text} ({nick}, {time})", "{text}（{nick}，{time}）"],
  moderator: ["Moderator", "主持人"],
  participant: ["Participant", "参与者"],
  visitor: ["Visitor", "旁听者"],
  affiliations: ["Affiliations", "成员身份"],
  administrator: ["Administrator", "管理员"],
  banned: ["Banned", "已封禁"],
  noAffiliation: ["None", "无"],
  kick: ["Kick", "移出"],
  settings: ["Settings", "设置"],
  save: ["Save", "保存"],
  secretHelp: ["Leave empty to keep the current value.", "留空则不修改。"],
  nothingChanged: ["Nothing was changed.", "没有修改。"],
  moreActions: ["More actions", "其他操作"],
  handOver: ["Hand over", "转让"],
  purge: ["Delete messages", "删除聊天记录"],
  before: ["Before (your time zone)", "早于（您的时区）"],
  destroy: ["Destroy", "销毁"],
  destroyText: [
    "The room's settings, affiliations and messages are deleted permanently, and its occupants are removed. Number of members: {members}. Number of occupants: {inside}.",
    "群的设置、成员身份和聊天记录将永久删除，在群用户将被移出。成员：{members} 人；在群用户：{inside} 人。",
  ],

  // Users
  people: ["Users", "用户"],
  searchPeople: ["Search by id, name or pinyin", "按 id、姓名或拼音搜索"],
  department: ["Department", "部门"],
  employed: ["Employed", "在职"],
  backToPeople: ["All users", "所有用户"],
  notInDirectory: ["not listed", "未列入"],
  pinyin: ["Pinyin", "拼音"],
  avatar: ["Avatar", "头像"],
  vcard: ["vCard", "vCard"],
  keys: ["Keys", "密钥"],
  keysText: [
    "A key lets a client prove its user's identity to web services.",
    "客户端用密钥向 Web 服务证明用户的身份。",
  ],
  resource: ["Client", "客户端"],
  revoke: ["Revoke", "吊销"],

  // Operations
  actionOn: ["{action} {name}", "{action} {name}"],
  listHelp: ["one per line, or separated by spaces", "每行一个，或用空格分隔"],
  shownOnce: ["Shown only now", "仅显示这一次"],
  copy: ["Copy", "复制"],
  copied: ["Copied", "已复制"],
  tryIt: ["To try it, run", "试用命令"],
  remove: ["Remove", "移除"],
  rotate: ["Renew", "更换"],
  retryAll: ["Retry all", "全部重试"],
  dropAll: ["Delete all", "全部删除"],
  addHook: ["Create an incoming webhook", "创建入站 Webhook"],
  addOutgoingHook: ["Create an outgoing webhook", "创建出站 Webhook"],
  deadEvents: ["Events that could not be delivered", "未能投递的事件"],
  addUser: ["Add a user", "添加用户"],
  issueKey: ["Issue a key", "签发密钥"],
  ban: ["Ban", "封禁"],
  expel: ["Remove", "移除"],
  addTo: ["{list}: add users", "{list}：添加用户"],
  archived: ["Messages in the archive", "存档消息数"],
  user: ["Address", "地址"],

  // Bots
  bots: ["Bots", "机器人"],
  botsText: [
    "Bots send the messages of webhooks. They enter rooms of other group chat services as ordinary occupants.",
    "机器人发送 Webhook 的消息。在其他群聊服务的群里，机器人是普通的在群用户。",
  ],
  enterRoom: ["Enter a room", "进入群"],
  leaveRoom: ["Leave", "离开"],
  entering: ["entering", "正在进入"],
  inside: ["inside", "在群内"],
  outside: ["outside", "不在群内"],
  unsure: ["unsure", "待确认"],

  // Operators and changes
  operators: ["Operators", "操作员"],
  operatorsText: [
    "Operators log in here, and programs of theirs use the operations over HTTP (/admin), with a token.",
    "操作员用令牌登录控制台；其程序用令牌通过 HTTP（/admin）执行操作。",
  ],
  addOperator: ["Add an operator", "添加操作员"],
  changes: ["Changes", "更改记录"],
  changesText: [
    "What administrators changed, the newest first. operators.changes_days says how long it is listed.",
    "操作员和服务管理员所做的更改，最新的在前。保留天数由 operators.changes_days 设定。",
  ],
  commandLine: ["command line", "命令行"],
};
