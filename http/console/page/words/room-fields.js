/** The fields of a room's form in Chinese; in English the server says them. */

/** @type {Readonly<Record<string, string>>} By the field's name. */
export const LABELS = {
  "muc#roomconfig_roomname": "名称",
  "muc#roomconfig_roomdesc": "描述",
  "muc#roomconfig_lang": "语言",
  "muc#roomconfig_persistentroom": "无人时保留群",
  "muc#roomconfig_publicroom": "列在公开列表中",
  "muc#roomconfig_membersonly": "只有成员可以进入",
  "muc#roomconfig_roomsecret": "密码",
  "muc#roomconfig_passwordprotectedroom": "进入时需要密码",
  "muc#roomconfig_maxusers": "在群内的人数上限",
  "muc#roomconfig_moderatedroom": "只有获得发言权的人可以发言",
  "muc#roomconfig_whois": "谁可以看到真实地址",
  "muc#roomconfig_presencebroadcast": "向其他人通知哪些人的状态",
  "muc#roomconfig_getmemberlist": "哪些角色的成员可以查看成员列表",
  "muc#roomconfig_changesubject": "参与者可以修改主题",
  "muc#roomconfig_allowinvites": "管理员以外的人可以邀请",
  "muc#roomconfig_allowpm": "谁可以发送私信",
  "{xmpp:prosody.im}muc#allow_modpm": "始终可以与主持人互发私信",
  "muc#roomconfig_allow_query_users": "群内的人可以互相查询",
  "muc#roomconfig_historylength": "历史消息条数",
  "muc#roomconfig_enablearchiving": "保存聊天记录",
  "{urn:qtalk:rooms:0}archive_days": "聊天记录保存天数;留空则按服务的设置",
  "muc#roomconfig_roomowners": "群主",
  "muc#roomconfig_roomadmins": "管理员",
  "muc#roomconfig_enablelogging": "公开记录聊天内容",
};

/** @type {Readonly<Record<string, string>>} By field and value, or by the value alone. */
export const CHOICES = {
  moderator: "主持人",
  participant: "参与者",
  visitor: "旁听者",
  moderators: "主持人",
  participants: "有发言权的人",
  members: "成员",
  none: "没有人",
  "muc#roomconfig_whois anyone": "群内所有人",
  anyone: "所有人",
};
