import { onStage } from "../stage.js";
import { coven, everybody } from "../../../plays/component.js";
import { CRONE, HAG, crone, hag, person, stranger, wicca } from "../../../plays/people.js";
import { forEach } from "../../../plays/steps.js";

describe("nicknames chosen by users", () => {
  onStage({}, [coven.meets()]).scenes({
    "can't look like another occupant's, in any script": [
      forEach(["сrоnе", "CRОNE"], (nick) => [
        wicca.enters`as ${nick}`,
        wicca.hears`presence coven/${nick} error cancel/conflict by coven`,
      ]),
      crone.appears`as сове`,
      crone.notices`presence coven/сове none/participant 110`,
      wicca.enters`as cobe`,
      wicca.notices`presence coven/cobe none/participant 110`,
      stranger.enters`as coвe`,
      stranger.hears`presence coven/coвe error cancel/conflict by coven`,
      stranger.enters`as сrоnе`,
      stranger.notices`presence coven/сrоnе none/participant 110`,
    ],

    "can't look like a reserved one": [
      hag.makes`WICCA member nick=сова`,
      stranger.enters`as coва`,
      stranger.hears`presence coven/coва error cancel/conflict by coven`,
      wicca.enters`as coва`,
      wicca.notices`presence coven/coва member/participant 110`,
    ],

    "are free again once the occupant with a similar one changes it": [
      crone.appears`as сrоnе`,
      crone.appears`as witch`,
      wicca.enters`as crone`,
      wicca.notices`presence coven/crone none/participant 110`,
    ],

    "are taken as long as one that looks the same is": [
      crone.at("phone").enters`as hell0`,
      crone.at("phone").notices`presence coven/hell0 none/participant 110`,
      crone.appears`as hello`,
      crone.appears`as witch`,
      wicca.enters`as hello`,
      wicca.hears`presence coven/hello error cancel/conflict by coven`,
    ],

    "can be varied by their own user": [
      crone.at("phone").enters(),
      crone.at("phone").notices`presence coven/crone none/participant 110`,
      crone.appears`as сrone`,
      crone.notices`presence coven/сrone none/participant 110`,
    ],
  });
});

describe("nicknames from the directory", () => {
  const named = (...names: readonly (readonly [string, string])[]) => ({
    rooms: { names: "directory" as const },
    people: Object.fromEntries(names.map(([jid, name]) => [jid, { name, department: "" }])),
  });
  const both = [
    [HAG.address, "张伟"],
    [CRONE.address, "张伟"],
  ] as const;
  const borrowed = ["张伟 (crone1)", `张伟 (${CRONE.address})`, "张伟 (2)"].map(
    (name, at) => [`user${at}@qtalk.test.org`, name] as const,
  );
  const made = [
    hag.enters`as boss`,
    hag.hears`presence coven/张伟 owner/moderator 201 210 110
          < message coven groupchat ""`,
    hag.configures(),
  ];

  describe("end in a number if even the address is another user's name", () => {
    onStage(named(...both, ...borrowed), made).scenes({
      "of those inside": [
        forEach([person("user0"), person("user1"), person("user2")], (user) => [user.enters`as any`]),
        crone.enters(),
        crone.notices`presence coven/张伟 (3) none/participant 210 110`,
      ],
    });
  });

  onStage(named(...both), made).scenes({
    "are the directory's names, with the id if two are the same": [
      crone.enters`as admin`,
      crone.notices`presence coven/张伟 (crone1) none/participant 210 110`,
      crone.at("phone").enters`as "张伟 (crone1)"`,
      crone.at("phone").notices`presence coven/张伟 (crone1) none/participant 110`,
    ],

    "are the ids of unknown users, and the addresses of users from elsewhere": [
      wicca.enters`as 张伟`,
      wicca.notices`presence coven/wiccarocks none/participant 210 110`,
      stranger.enters`as 张伟`,
      stranger.notices`presence coven/stranger@elsewhere.test none/participant 210 110`,
    ],

    "end in a number if the address can't be a nickname: too long, or with marks piled up": [
      person(`${"\u0441".repeat(505)}@elsewhere.test/x`).enters`as any`,
      person(`${"\u0441".repeat(505)}@elsewhere.test/x`)
        .notices`coven/${"\u0441".repeat(200)} (2) none/participant 210 110`,
      person(`h${"\u0301".repeat(9)}@elsewhere.test/x`).enters`as any`,
      person(`h${"\u0301".repeat(9)}@elsewhere.test/x`).notices`coven/? (2) none/participant 210 110`,
    ],

    "can't be changed by occupants or by registration": [
      hag.appears`as other <show>away</show>`,
      hag.hears`presence coven/张伟 owner/moderator 210 110`,
      hag.enters`as other`,
      hag.notices`presence coven/张伟 owner/moderator 210 110`,
      hag.registers`<username>other</username> = modify/not-acceptable by coven`,
      hag.registers`<username>张伟</username>`,
    ],

    "stay the same while an occupant of the same name leaves": [
      crone.enters`as x`,
      hag.leaves(),
      everybody.hush(),
      crone.appears`as "张伟 (crone1)" <show>away</show>`,
      crone.hears`presence coven/张伟 (crone1) none/participant 110`,
    ],

    "are proposed to clients, and used for calls": [
      crone.asks`nickname | <identity name="张伟 (crone1)"/>`,
      CRONE.calls`say hello`,
      hag.hears`message coven/张伟 (crone1) groupchat "hello"`,
    ],
  });
});
