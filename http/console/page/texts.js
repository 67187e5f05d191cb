/** The console's texts in the language that the user chose, otherwise in the browser's. */

/** @typedef {"en" | "zh"} Language */
/** @typedef {Readonly<Record<string, readonly [en: string, zh: string]>>} Texts */
/** @typedef {keyof typeof TEXTS} TextKey */

/** The texts: English, Chinese. {name} is a placeholder. @satisfies {Texts} */
const TEXTS = {
  // Around the screens
  console: ["Console", "控制台"],
  screens: ["Screens", "页面"],
  menu: ["☰ Menu", "☰ 菜单"],
  skip: ["Skip to the content", "跳到正文"],
  otherLanguage: ["中文", "English"],
  logIn: ["Log in", "登录"],
  logOut: ["Log out", "退出登录"],
  token: ["Operator token", "操作员令牌"],
  tokenHelp: [
    "To create a token, run on the component's machine:",
    "在组件所在的机器上运行以下命令，即可生成令牌：",
  ],
  linkHelp: ["For a link that logs you in once:", "要获取一次性登录链接："],
  connecting: ["Connecting…", "正在连接…"],
  live: ["Live", "实时"],
  lost: ["Connection lost. Reconnecting…", "与组件断开，正在重连…"],
  loading: ["Loading…", "正在加载…"],
  close: ["Close", "关闭"],
  cancel: ["Cancel", "取消"],
  more: ["Show more", "显示更多"],
  showWhole: ["Show all", "显示全文"],
  tryAgain: ["Try again", "重试"],
  tryAgainIn: ["Try again in {n} s.", "请在 {n} 秒后重试。"],
  noAnswer: [
    "The component isn't responding. It may be starting: try again in a moment.",
    "组件没有响应，可能正在启动，请稍后重试。",
  ],
  unexpected: [
    "Something went wrong: {error}. See the component's log.",
    "出错了：{error}。详情请查看组件的日志。",
  ],
  listComma: [", ", "、"],

  // Units
  milliseconds: ["{n} ms", "{n} 毫秒"],
  seconds: ["{n} s", "{n} 秒"],
  minutes: ["{n} min", "{n} 分"],
  hours: ["{n} h", "{n} 小时"],
  days: ["{n} d", "{n} 天"],

  // Columns and values
  actions: ["Actions", "操作"],
  calls: ["Calls", "调用"],
  no: ["no", "否"],
  unknown: ["unknown", "未知"],
  yes: ["yes", "是"],

  // Overview
  overview: ["Overview", "概览"],
  runDoctor: ["Run", "请运行"],
  notReady: ["The component can't send messages to the server.", "组件无法向服务器发送消息。"],
  callsClosed: [
    "QTalk's calls are closed: no callers are configured. Hooks need none. To let a program call, run",
    "QTalk 接口已关闭：没有配置调用方。Webhook 不需要调用方。要允许程序调用，请运行",
  ],
  memoryShort: [
    "Memory is low: the component refuses calls until enough memory is free.",
    "内存不足：在有足够的空闲内存之前，组件会拒绝调用。",
  ],
  link: ["Link", "连接"],
  server: ["Server", "服务器"],
  component: ["Component", "组件"],
  upFor: ["up for {time}", "已运行 {time}"],
  roundTrip: ["Round trip", "往返时间"],
  roundTripNote: ["time until the server acknowledges a stanza", "服务器确认一条消息所需的时间"],
  roundTripMean: ["average", "平均"],
  longestBlock: ["Longest stall of the component", "组件的最长停顿"],
  longestBlockNote: ["caused by: {work}", "原因：{work}"],
  otherWork: ["unknown work", "未知的工作"],
  queue: ["Queue", "队列"],
  stanza: ["1 stanza", "1 条"],
  stanzasN: ["{n} stanzas", "{n} 条"],
  queueEmpty: ["empty", "空"],
  parkedN: ["parked until the server permits them again: {n}", "搁置到服务器重新允许为止：{n} 条"],
  oldestFor: ["oldest waiting for {time}", "最早的一条已等待 {time}"],
  deadLetters: ["Dead letters", "死信"],
  deadLettersNote: ["stanzas that the server rejected", "被服务器拒绝的消息"],
  asOf: [
    "The component isn't responding. This page shows its state at {time}.",
    "组件没有响应。本页显示的是 {time} 的状态。",
  ],
  beforeLoss: ["value from before the link was lost", "连接断开前的数据"],
  openAlerts: ["Open alerts", "未恢复的告警"],
  openAndTaken: ["not taken: {open}, taken: {taken}", "未接手：{open}，已接手：{taken}"],
  rooms: ["Rooms", "群"],
  loaded: ["{n} in memory", "{n} 个在内存中"],
  acknowledgedTotal: ["Acknowledged stanzas", "已确认的消息"],
  queuedAndBounced: [
    "since the start: {queued} accepted, {bounced} bounced",
    "启动以来：接受 {queued}，退回 {bounced}",
  ],
  hooksState: ["waiting events: {waiting}, dead letters: {dead}", "等待投递的事件：{waiting}，死信：{dead}"],

  // Plots
  perSecond: ["per second", "每秒"],
  stanzas: ["stanzas", "条"],
  inSeconds: ["seconds", "秒"],
  inMilliseconds: ["milliseconds", "毫秒"],
  inAlerts: ["number", "条数"],
  notTaken: ["not taken", "未接手"],
  taken: ["taken", "已接手"],
  waiting: ["waiting", "等待中"],
  oldest: ["Oldest stanza in the queue", "队列中最早的一条"],
  oldestAge: ["age", "等待时间"],
  highestInPeriod: ["Highest value in each five minutes", "每五分钟内的最大值"],
  deliveries: ["Deliveries", "投递"],
  queued: ["accepted", "接受"],
  acknowledged: ["acknowledged", "已确认"],
  bounced: ["bounced", "退回"],
  others: ["others", "其他"],
  asTable: ["Show as a table", "以表格显示"],
  time: ["Time", "时间"],
  periodStart: ["Start", "起始时间"],
  nothingInHour: ["No data in the last hour.", "最近一小时没有数据。"],

  deadLettersText: [
    "A dead letter is a stanza (an XMPP message, presence or request) that the server rejected by closing the stream. It left the queue, so that all others could be sent. Read its reason before you retry it. Webhooks have dead letters of their own, which are events: see Hooks.",
    "死信是服务器以断开连接的方式拒绝的消息（XMPP 的 message、presence 或请求）。死信已移出队列，其他消息因此得以继续发送。重试之前，请先查看原因。Webhook 另有自己的死信，即未能投递的事件，见 Webhook 页。",
  ],
  incomingHooks: [
    "URLs to which programs post. Each post becomes a message to a room or a user.",
    "供程序 POST 的 URL。内容作为消息发到群或用户。",
  ],
  outgoingHooks: [
    "Programs that receive events. An event that can't be delivered for a day, or that gets status 410, becomes a dead letter.",
    "接收事件的程序。一天之内无法投递或状态码为 410 的事件成为死信。",
  ],

  // Titles in the navigation
  alerts: ["Alerts", "告警"],
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
  linesHelp: ["one per line", "每行一个"],
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
  take: ["Take", "接手"],
  giveBack: ["Drop", "放下"],
  mute: ["Mute", "静默"],
  unmute: ["Unmute", "解除静默"],
  resolve: ["Resolve", "标记为已恢复"],
  cover: ["Cover", "代班"],
  swap: ["Swap turns", "换班"],
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
  erase: ["Erase", "抹除"],
  kick: ["Kick", "移出"],
  member: ["Make member", "设为成员"],
  admin: ["Make administrator", "设为管理员"],
  owner: ["Make owner", "设为群主"],
  ban: ["Ban", "封禁"],
  expel: ["Remove", "移除"],
  unban: ["Lift the ban", "解除封禁"],
  addMember: ["Add a member", "添加成员"],
  addAdmin: ["Add an administrator", "添加管理员"],
  addOwner: ["Add an owner", "添加群主"],
  banUser: ["Ban a user", "封禁用户"],
  addHook: ["Create an incoming webhook", "创建入站 Webhook"],
  addOutgoingHook: ["Create an outgoing webhook", "创建出站 Webhook"],
  addRoster: ["Create a roster", "创建值班表"],
  aboutIncoming: ["Its URL is shown only once.", "其 URL 只显示一次。"],
  aboutOutgoing: ["Its secret is shown only once.", "其密钥只显示一次。"],
  addUser: ["Add a user", "添加用户"],
  erasePerson: ["Erase a person", "抹除一个人"],
  addOperator: ["Add an operator", "添加操作员"],

  // Words for values, by field
  "affiliation owner": ["Owner", "群主"],
  "affiliation admin": ["Administrator", "管理员"],
  "affiliation member": ["Member", "成员"],
  "affiliation none": ["None", "无"],
  "affiliation outcast": ["Banned", "已封禁"],
  "may read": ["Read", "查看"],
  "may hooks": ["Webhooks", "Webhook"],
  "may rooms": ["Rooms", "群"],
  "may all": ["Everything", "全部"],
  "on message": ["messages to the bot", "发给机器人的消息"],
  "on room-message": ["messages in rooms", "群消息"],
  "on reaction": ["reactions to its messages", "对其消息的回应"],
  "on bounce": ["messages that came back", "被退回的消息"],
  "on room": ["rooms made, changed, destroyed", "群的创建、更改与销毁"],
  "on member": ["changes of affiliations", "群内身份的变化"],
  "on alert": ["alerts", "告警"],
  "form standard": ["Standard Webhooks", "Standard Webhooks"],
  "form qtalk": ["QTalk's push_url", "QTalk 的 push_url"],
  "only mentions": ["only mentions of the bot", "仅提到机器人的消息"],
  "only all": ["all messages", "所有消息"],
  "role moderator": ["Moderator", "主持人"],
  "role participant": ["Participant", "参与者"],
  "role visitor": ["Visitor", "旁听者"],
  "state open": ["open", "未接手"],
  "state taken": ["taken", "已接手"],
  "state resolved": ["resolved", "已恢复"],
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
/** The key in the browser's local storage. */
const STORED = "qtalk-console-language";

/** @type {Language} */
export const language = chosen() ?? (/^zh\b/i.test(navigator.language) ? "zh" : "en");

/**
 * @param {TextKey} key
 * @param {Readonly<Record<string, string | number>>} [values] the value of `name` replaces {name} in the text
 */
export function t(key, values = {}) {
  const [en, zh] = TEXTS[key];
  const text = language === "zh" ? zh : en;
  return text.replace(/\{(\w+)\}/g, (all, /** @type {string} */ name) => String(values[name] ?? all));
}

/** Returns a text in both languages, as declarations have them. @param {TextKey} key */
export function inBoth(key) {
  const [en, zh] = TEXTS[key];
  return { en, zh };
}

/** Returns the word for a value of an enumeration, or else the value. @param {string} field @param {string} value */
export function wordOf(field, value) {
  const key = `${field} ${value}`;
  return key in TEXTS ? t(/** @type {TextKey} */ (key)) : value;
}

/** Reloads the page in the other language. */
export function changeLanguage() {
  localStorage.setItem(STORED, language === "zh" ? "en" : "zh");
  location.reload();
}

/** @returns {Language | undefined} */
function chosen() {
  const stored = localStorage.getItem(STORED);
  return stored === "zh" || stored === "en" ? stored : undefined;
}
