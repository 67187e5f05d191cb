/** The documentation's two languages. English stands in the schemas; Chinese, the interface's own, stands here. */
import type { Endpoint } from "../endpoint.js";

export type Language = "en" | "zh";

/** What a request asks for: `lang` in its query, else what the browser likes best. */
export function languageOf(query: string | undefined, accepted: string | undefined): Language {
  if (query === "zh" || query === "en") return query;
  return /^\s*zh\b/i.test(accepted ?? "") ? "zh" : "en";
}

/** An endpoint's one line. */
export function summaryIn(language: Language, row: Endpoint): string {
  return language === "zh" ? (SUMMARIES[row.name] ?? row.summary) : row.summary;
}

/** A field's meaning. @param english as its schema has it */
export function meaningIn(language: Language, field: string, english: string): string {
  return language === "zh" ? (OTHERWISE[english] ?? FIELDS[field] ?? english) : english;
}

const SUMMARIES: Readonly<Record<string, string>> = {
  send_thirdmessage: "发送一条或多条现成的消息",
  send_notify: "发送事件通知",
  create_muc: "建群",
  add_muc_user: "添加群用户",
  del_muc_user: "删除群成员",
  destroy_muc: "销毁群",
  get_user_nick: "获取个人信息",
  send_message: "向用户或群发送文本消息",
  muc_users: "获取群成员",
  auth_uk: "验证 uk",
  clear_staff: "清理离职人员所在的群",
  send_notice_vcard: "通知群内成员:群资料已更新",
  "management/get_muc_opts": "获取群属性",
  "management/change_muc_opts": "修改群属性或群主",
  "management/del_muc_user": "移出群成员(不检查操作者)",
  send_http_message: "向用户或群发送消息(全部成功或全部不发)",
  sendmessage: "发送多条文本消息(全部成功或全部不发)",
  sendnotice: "向通讯录中的所有人发送通知",
};

/** Where a name means something else than it mostly does: by its English meaning. */
const OTHERWISE: Readonly<Record<string, string>> = {
  "the room: its id, or id@domain": "群:id 或 id@域名",
  "whether the room is in the public list: true or false": "是否公开:true 或 false",
  "whether the room stays when everybody has left: true or false": "无人时是否保留:true 或 false",
  "who is a member no more: id or id@host": "移出的成员:id 或 id@域名",
  "the receivers, or the room: their ids and hosts": "接收者或群:id 和域名",
  "chat, groupchat, consult and so on": "chat、groupchat、consult 等",
  "not obeyed: senders get copies as configured": "不起作用:发送者的副本由配置决定",
  "not obeyed: there is no such option": "不起作用:没有这个选项",
};

/** By name: a name means the same wherever it stands. */
const FIELDS: Readonly<Record<string, string>> = {
  from: "发送者:id 或 id@域名",
  to: "接收者:id 或 id@域名,也可以是群地址",
  message: "一个格式正确的 <message> 元素",
  category:
    "事件类别:1 组织架构,2 会话同步,3 导航,6 个人设置,7 推送消息,8 日历,9 在线客户端,10 和 11 日志,12 驼圈发帖,13 驼圈评论,100 下线;其他类别照样转发",
  data: "事件内容,通常是 JSON 文本",
  muc_id: "群 id(用 system+UUID 保证唯一)",
  muc_owner: "群管理员:id 或 id@域名",
  muc_domain: "群域名",
  muc_name: "群名称",
  muc_desc: "群描述",
  muc_owner_host: "群管理员的域名",
  muc_true_owner: "代替 muc_owner 的群主:id 或 id@域名",
  muc_member: "群成员:id 或 id@域名",
  system: "调用方标示",
  ID: "用户:id 或 id@域名",
  Domain: "用户、接收者或群的域名",
  From: "发送者:id 或 id@域名",
  To: "接收者的 id,或一个群的 id",
  User: "id",
  Body: "文本",
  Type: "发给用户(chat,默认)或发给群(groupchat)",
  Msg_Type: "消息类型;默认 1,即纯文本",
  Host: "发送者的域名",
  Extend_Info: "扩展信息,客户端按 Msg_Type 解释",
  u: "用户:id 或 id@域名",
  k: "密钥的数字",
  users: "离职人员:id 或 id@域名",
  host: "他们的域名",
  muc: "群 id",
  domain: "群域名",
  user: "id",
  max_users: "最大人数",
  affiliations: "新群主(取代现有群主):id 或 id@域名",
  fromhost: "发送者的域名",
  msgtype: "消息类型;默认 1,即纯文本",
  content: "文本",
  extendinfo: "扩展信息,客户端按 msgtype 解释",
  backupinfo: "给不认识 msgtype 的客户端的信息",
  auto_reply: "由程序自动回复时为 true",
};

/** The pages' own words. */
export const WORDS = {
  en: {
    title: "QTalk's HTTP interface",
    other: "中文",
    warning: "What is sent here is sent for real, in the name of whoever the call names.",
    token: "Bearer token",
    field: "field",
    meaning: "meaning",
    required: "required",
    send: "Send",
    answer: "Answer",
    request: "Request of",
    document: "OpenAPI document",
    about: "What answers mean",
    errcodes: "Errors",
    contents: "Contents",
    hooks: "Trying hooks",
    groups: {
      programs: "For programs",
      setup: "Setting up",
      running: "In service",
      about: "About it",
    },
  },
  zh: {
    title: "QTalk HTTP 接口",
    other: "English",
    warning: "在此发送的请求会真正执行,并以请求中所写用户的名义发出。",
    token: "Bearer 令牌",
    field: "参数",
    meaning: "说明",
    required: "必传",
    send: "发送",
    answer: "返回值",
    request: "请求:",
    document: "OpenAPI 文档",
    about: "返回值的含义",
    errcodes: "错误码",
    contents: "目录",
    hooks: "试用 Hook",
    groups: {
      programs: "程序",
      setup: "安装与配置(英文)",
      running: "运行(英文)",
      about: "关于(英文)",
    },
  },
} as const;
