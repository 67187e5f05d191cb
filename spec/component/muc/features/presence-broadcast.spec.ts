/** Changes of muc#roomconfig_presencebroadcast while occupants are inside. */
import { crone, CRONE, hag, onStage, wiccarocks } from "../play.js";

const FIELD = "muc#roomconfig_presencebroadcast";
const ALL = ["moderator", "participant", "visitor"];

describe("broadcasting the presence of some roles", () => {
  const play = onStage({}, (play) => play.coven([wiccarocks, "wicca"]));

  const broadcasts = (...roles: readonly string[]): Promise<unknown> =>
    play.configures(hag, { [FIELD]: roles });

  it("shows occupants who become invisible as leaving, and as entering later", async () => {
    await broadcasts("moderator");
    play.receives(crone, "message coven groupchat 104", "presence coven/wicca unavailable none/none");
    play.receives(
      hag,
      "message coven groupchat 104",
      "presence coven/crone unavailable none/none",
      "presence coven/wicca unavailable none/none",
    );
    await play.leaves(wiccarocks);
    play.receives(crone);
    await broadcasts(...ALL);
    play.receives(hag, "message coven groupchat 104", "presence coven/crone none/participant");
    play.receives(crone, "message coven groupchat 104");
  });

  it("shows occupants who are put out by the same form as leaving once", async () => {
    await play.affiliates(hag, CRONE, "member");
    play.hears(crone);
    await play.configures(hag, { [FIELD]: "moderator", "muc#roomconfig_membersonly": "1" });
    play.receives(crone, "message coven groupchat 104", "presence coven/wicca unavailable none/none 322");
  });

  it("shows who becomes an invisible visitor as leaving, without a role", async () => {
    await broadcasts("moderator", "participant");
    play.hush();
    await play.administers(hag, `<item nick="crone" role="visitor"><reason>hush</reason></item>`);
    play.receives(wiccarocks, "presence coven/crone unavailable none/none");
    play.receives(crone, "presence coven/crone none/visitor 110");
    await play.gives(hag, "crone", "participant");
    play.receives(wiccarocks, "presence coven/crone none/participant");
  });

  it("shows no change of occupants who were invisible before", async () => {
    await broadcasts("moderator");
    play.hush();
    await play.gives(hag, "crone", "visitor");
    play.receives(wiccarocks);
    play.receives(crone, "presence coven/crone none/visitor 110");
  });
});
