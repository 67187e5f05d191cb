/** A program adds somebody to a room, who comes in and hears what programs say there. */
import { expectInvitations, type Scene } from "../scene.js";

export const invitation: Scene = {
  title: "one invitation, which leads at one click into the room, under the name that the directory has",
  play: async (performance) => {
    const { stage, client, shot } = performance;
    const lisi = await stage.employee("lisi", "李四");
    const zhangsan = await stage.person("zhangsan", "张三");
    const wangwu = await stage.person("wangwu", "王五");
    await stage.acquaint(lisi, zhangsan, wangwu);
    const room = await stage.room("project", "项目 Project", zhangsan);
    await stage.addMember(room, wangwu);
    const guest = await stage.enter(room, wangwu);
    await client.logIn(lisi.account);
    await stage.addMember(room, lisi);
    await client.isInvited(room, zhangsan);
    await expectInvitations(performance, 1, { from: wangwu, to: lisi });
    await client.accept(room);
    await stage.send(zhangsan, room, "Welcome! 欢迎 👋");
    await client.sees({ text: "Welcome! 欢迎 👋", by: zhangsan });
    await client.say("Thank you");
    await client.sees({ text: "Thank you", by: lisi });
    await guest.hears("Thank you");
    await shot("room.png");
  },
};
