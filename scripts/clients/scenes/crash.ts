/** The component is killed while somebody is in a room. */
import { cast, type Scene } from "../scene.js";

export const crash: Scene = {
  title: "the room as if nothing had happened, after the component was killed and started again",
  play: async ({ stage, client }) => {
    const { lisi, zhangsan, wangwu } = await cast(stage);
    const room = await stage.room("project", "项目 Project", zhangsan);
    await stage.addMember(room, wangwu);
    const guest = await stage.enter(room, wangwu);
    await client.logIn(lisi.account);
    await stage.addMember(room, lisi);
    await client.isInvited(room, zhangsan);
    await client.accept(room);
    await stage.send(zhangsan, room, "Before");
    await client.sees({ text: "Before" });
    await stage.crash();
    await stage.send(zhangsan, room, "Still there?");
    await client.sees({ text: "Still there?" });
    await client.say("Still here");
    await guest.hears("Still here");
  },
};
