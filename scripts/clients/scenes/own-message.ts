/** What a program says in the name of whoever sits in front of the client: their own copy of it. */
import { cast, type Scene } from "../scene.js";

export const ownMessage: Scene = {
  title: "what a program said in one's own name, in the chat with whom it went to",
  play: async ({ stage, client }) => {
    const { lisi, zhangsan } = await cast(stage);
    await client.logIn(lisi.account);
    await stage.send(zhangsan, lisi, "Is the nightly build green?");
    await client.notices(zhangsan);
    await client.show(zhangsan);
    await client.sees({ text: "Is the nightly build green?", by: zhangsan });
    await stage.send(lisi, zhangsan, "It is green since 03:12");
    await client.sees({ text: "It is green since 03:12" });
  },
};
