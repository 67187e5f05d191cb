/** QTalk's pictures (msgType 30) and files (msgType 5), whose bodies are JSON. */
import { cast, type Scene } from "../scene.js";

export const pictureAndFile: Scene = {
  title: "a file as its name and address, and a picture as itself",
  play: async ({ stage, client, shot }) => {
    const { lisi, zhangsan } = await cast(stage);
    const file = stage.web.url("/files/report.pdf");
    const picture = stage.web.url("/files/logo.png");
    await client.logIn(lisi.account);
    const details = { FileName: "报告.pdf", FileSize: "12.3KB", FILEID: "1", FILEMD5: "0", HttpUrl: file };
    await stage.send(zhangsan, lisi, JSON.stringify(details), "5");
    await client.notices(zhangsan);
    await client.show(zhangsan);
    await client.sees({ text: "报告.pdf", without: "FileName" });
    await client.sees({ text: file });
    await stage.send(zhangsan, lisi, JSON.stringify({ url: picture, width: 192, height: 192 }), "30");
    await client.seesPicture(picture);
    await shot("picture-and-file.png");
  },
};
