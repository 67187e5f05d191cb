/** A value for each option of a room that isn't its default, by form field. */
const MUC: Readonly<Record<string, string>> = {
  ...{ lang: "zh-CN", persistentroom: "1", publicroom: "1", membersonly: "1", moderatedroom: "1" },
  ...{ whois: "anyone", changesubject: "1", allowinvites: "0", allowpm: "none", allow_query_users: "0" },
  ...{ getmemberlist: "moderator", presencebroadcast: "moderator", maxusers: "7", historylength: "3" },
  ...{ enablearchiving: "0", enablelogging: "1" },
};

export const UNUSUAL: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(MUC).map(([name, value]) => [`muc#roomconfig_${name}`, value])),
  "{xmpp:prosody.im}muc#allow_modpm": "0",
  "{urn:qtalk:rooms:0}archive_days": "5",
};
