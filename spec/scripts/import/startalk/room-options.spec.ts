import { expect } from "chai";
import { readRoomOptions, type KeptRoom } from "../../../../scripts/import/startalk/room-options.js";

/** A room's options just as the original's documentation shows them. */
const ORIGINAL =
  '[{title,<<>>},{description,<<>>},{allow_change_subj,true},{allow_query_users,true},{allow_private_messages,false},{allow_private_messages_from_visitors,anyone},{allow_visitor_status,true},{allow_visitor_nickchange,true},{public,false},{public_list,false},{persistent,true},{moderated,true},{members_by_default,true},{members_only,false},{allow_user_invites,true},{password_protected,false},{captcha_protected,false},{password,<<>>},{anonymous,true},{logging,true},{max_users,600},{allow_voice_requests,true},{mam,false},{voice_request_min_interval,1800},{vcard,<<>>},{captcha_whitelist,[]},{affiliations,[{{<<"testuser1">>,<<"qtalk">>,<<>>},{owner,<<>>}}]},{subject,<<>>},{subject_author,<<>>},{subscribers,[]}]';

function read(text: string): KeptRoom {
  const kept = readRoomOptions(text);
  if (typeof kept === "string") throw new Error(kept);
  return kept;
}

describe("A room's options in the original's database", () => {
  it("is read as its documentation shows it", () => {
    expect(read(ORIGINAL)).to.deep.equal({
      options: {
        public: false,
        membersOnly: false,
        moderated: false,
        whois: "moderators",
        changeSubject: true,
        allowInvites: true,
        allowPm: "none",
        maxOccupants: 600,
      },
      affiliations: [{ user: "testuser1", host: "qtalk", rank: "owner" }],
      subject: undefined,
    });
  });

  it("includes what newer versions keep", () => {
    const kept = read(
      '[{title,<<230,181,139>>},{lang,<<"zh">>},{allowpm,participants},{moderated,true},{anonymous,false},{password_protected,true},{password,<<"geheim">>},{presence_broadcast,[moderator,participant]},{subject,[{text,<<"en">>,<<"hello">>}]},{subject_author,<<"juliet">>}]',
    );
    expect(kept.options).to.deep.equal({
      name: "测",
      language: "zh",
      allowPm: "participants",
      moderated: true,
      whois: "anyone",
      password: "geheim",
      presenceBroadcast: ["moderator", "participant"],
    });
    expect(kept.subject).to.deep.equal({ text: "hello", author: "juliet" });
  });

  it("gives affiliations in each of their forms, and passes over what is none", () => {
    const affiliations =
      '{affiliations,[{{<<"a">>,<<"h">>,<<>>},owner},{{<<"b">>,<<"h">>,<<>>},{admin,<<"why">>}},{{<<>>,<<"spam">>,<<>>},{outcast,<<>>}},{{<<"c">>,<<"h">>,<<>>},none},{broken},7]}';
    expect(read(`[${affiliations}]`).affiliations).to.deep.equal([
      { user: "a", host: "h", rank: "owner" },
      { user: "b", host: "h", rank: "admin" },
      { user: "", host: "spam", rank: "outcast" },
    ]);
  });

  it("leaves out a password that isn't required, and an occupant limit of zero", () => {
    const kept = read(
      '[{password_protected,false},{password,<<"old">>},{max_users,none},{members_only,maybe}]',
    );
    expect(kept.options).to.deep.equal({});
  });

  it("has its text freed of what can't stand in XML", () => {
    expect(read('[{title,<<"a\\x{1}b\\nc">>}]').options.name).to.equal("a b c");
  });

  it("is refused with the reason if it is invalid", () => {
    expect(readRoomOptions("")).to.match(/^opts can't be read: unexpected end at character 1$/);
    expect(readRoomOptions("{a}")).to.equal("opts is not a list");
  });
});
