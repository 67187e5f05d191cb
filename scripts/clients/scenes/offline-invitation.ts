/** Somebody is added to a room, and spoken to there, before they log in. */
import { cast, expectInvitations, type Scene } from "../scene.js";

export const offlineInvitation: Scene = {
  title: "one invitation to whoever was added while away, once",
  play: async (performance) => {
    const { stage, client } = performance;
    const { lisi, zhangsan, wangwu } = await cast(stage);
    const room = await stage.room("project", "项目 Project", zhangsan);
    await stage.addMember(room, lisi);
    await stage.send(zhangsan, room, "Is everybody here?");
    await client.logIn(lisi.account);
    await client.isInvited(room, zhangsan);
    await expectInvitations(performance, 1, { from: wangwu, to: lisi });
    await client.logOut();
    await stage.send(zhangsan, room, "And now?");
    await client.logIn(lisi.account);
    await expectInvitations(performance, 0, { from: wangwu, to: lisi });
  },
};
