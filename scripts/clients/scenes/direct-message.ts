/** What a program says to somebody. */
import { cast, type Scene } from "../scene.js";

export const directMessage: Scene = {
  title: "a direct message, under its sender's name",
  play: async ({ stage, client, shot }) => {
    const { lisi, zhangsan } = await cast(stage);
    await client.logIn(lisi.account);
    await stage.send(zhangsan, lisi, "The nightly build is green");
    await client.notices(zhangsan);
    await client.show(zhangsan);
    await client.sees({ text: "The nightly build is green", by: zhangsan });
    await stage.send(zhangsan, lisi, "构建已完成,请查看报告");
    await client.sees({ text: "构建已完成,请查看报告" });
    await stage.send(zhangsan, lisi, "Thanks for waiting 😀🎉");
    await client.sees({ text: "Thanks for waiting 😀🎉" });
    await shot("direct-message.png");
  },
};
