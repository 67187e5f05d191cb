import { CRONE, HAG } from "../people.js";
import { onStage } from "../stage.js";

describe("nicknames chosen by users", () => {
  onStage({}, "coven meets").scenes(`
    can't look like another occupant's, in any script
      for $nick in сrоnе CRОNE
        wicca enters as $nick
        wicca < presence coven/$nick error cancel/conflict by coven
      crone appears as сове
      crone ~ presence coven/сове none/participant 110
      wicca enters as cobe
      wicca ~ presence coven/cobe none/participant 110
      stranger enters as coвe
      stranger < presence coven/coвe error cancel/conflict by coven
      stranger enters as сrоnе
      stranger ~ presence coven/сrоnе none/participant 110

    can't look like a reserved one
      hag makes WICCA member nick=сова
      stranger enters as coва
      stranger < presence coven/coва error cancel/conflict by coven
      wicca enters as coва
      wicca ~ presence coven/coва member/participant 110

    are free again once the occupant with a similar one changes it
      crone appears as сrоnе
      crone appears as witch
      wicca enters as crone
      wicca ~ presence coven/crone none/participant 110

    are taken as long as one that looks the same is
      crone/phone enters as hell0
      crone/phone ~ presence coven/hell0 none/participant 110
      crone appears as hello
      crone appears as witch
      wicca enters as hello
      wicca < presence coven/hello error cancel/conflict by coven

    can be varied by their own user
      crone/phone enters
      crone/phone ~ presence coven/crone none/participant 110
      crone appears as сrone
      crone ~ presence coven/сrone none/participant 110
  `);
});

describe("nicknames from the directory", () => {
  const named = (...names: readonly (readonly [string, string])[]) => ({
    rooms: { names: "directory" as const },
    people: Object.fromEntries(names.map(([jid, name]) => [jid, { name, department: "" }])),
  });
  const both = [
    [HAG, "张伟"],
    [CRONE, "张伟"],
  ] as const;
  const borrowed = ["张伟 (crone1)", `张伟 (${CRONE})`, "张伟 (2)"].map(
    (name, at) => [`user${at}@qtalk.test.org`, name] as const,
  );
  const made = `
    hag enters as boss
    hag < presence coven/张伟 owner/moderator 201 210 110
        < message coven groupchat ""
    hag configures`;

  describe("end in a number if even the address is another user's name", () => {
    onStage(named(...both, ...borrowed), made).scenes(`
      of those inside
        for $user in user0 user1 user2
          $user enters as any
        crone enters
        crone ~ presence coven/张伟 (3) none/participant 210 110
    `);
  });

  onStage(named(...both), made).scenes(`
    are the directory's names, with the id if two are the same
      crone enters as admin
      crone ~ presence coven/张伟 (crone1) none/participant 210 110
      crone/phone enters as "张伟 (crone1)"
      crone/phone ~ presence coven/张伟 (crone1) none/participant 110

    are the ids of unknown users, and the addresses of users from elsewhere
      wicca enters as 张伟
      wicca ~ presence coven/wiccarocks none/participant 210 110
      stranger enters as 张伟
      stranger ~ presence coven/stranger@elsewhere.test none/participant 210 110

    end in a number if the address can't be a nickname: too long, or with marks piled up
      ${"\u0441".repeat(505)}@elsewhere.test/x enters as any
      ${"\u0441".repeat(505)}@elsewhere.test/x ~ coven/${"\u0441".repeat(200)} (2) none/participant 210 110
      h${"\u0301".repeat(9)}@elsewhere.test/x enters as any
      h${"\u0301".repeat(9)}@elsewhere.test/x ~ coven/? (2) none/participant 210 110

    can't be changed by occupants or by registration
      hag appears as other <show>away</show>
      hag < presence coven/张伟 owner/moderator 210 110
      hag enters as other
      hag ~ presence coven/张伟 owner/moderator 210 110
      hag registers <username>other</username> = modify/not-acceptable by coven
      hag registers <username>张伟</username>

    stay the same while an occupant of the same name leaves
      crone enters as x
      hag leaves
      all hush
      crone appears as "张伟 (crone1)" <show>away</show>
      crone < presence coven/张伟 (crone1) none/participant 110

    are proposed to clients, and used for calls
      crone asks nickname | <identity name="张伟 (crone1)"/>
      CRONE calls say hello
      hag < message coven/张伟 (crone1) groupchat "hello"
  `);
});
