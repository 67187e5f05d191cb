/** A program takes somebody out of a room. */
import { cast, expectInvitations, type Scene } from "../scene.js";

export const removal: Scene = {
  title: "that one was removed from a room, and no invitation after that",
  play: async (performance) => {
    const { stage, client } = performance;
    const { lisi, zhangsan, wangwu } = await cast(stage);
    const room = await stage.room("project", "项目 Project", zhangsan);
    await client.logIn(lisi.account);
    await stage.addMember(room, lisi);
    await client.isInvited(room, zhangsan);
    await client.accept(room);
    await stage.removeMember(room, lisi);
    await client.seesRemoval(room);
    await client.dismiss(room);
    await stage.send(zhangsan, room, "Something for the others");
    await expectInvitations(performance, 0, { from: wangwu, to: lisi });
  },
};
