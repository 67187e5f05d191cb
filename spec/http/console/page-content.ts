/** Something of everything that the console shows. */
import { expect } from "chai";
import { hashOf } from "../../../component/hooks/secrets.js";
import { DirectoryStore } from "../../../storage/directory-store.js";
import { KeysStore } from "../../../storage/keys-store.js";
import { addDeadLetter } from "../../support/dead-letter.js";
import { DOMAIN, HOST, type PageStage } from "./page-stage.js";

export const ROOM = `plan@${DOMAIN}`;
export const TITLE = "计划 & <b>plan</b>";
export const PERSON = `zhang@${HOST}`;

/** Makes something of everything there is. */
export async function fillIn(stage: PageStage): Promise<void> {
  const { db } = stage;
  const at = Date.now();
  for (const text of ["for the retry", "for the drop"])
    addDeadLetter(db, {
      acceptedAt: at,
      reason: "stream error not-well-formed",
      stanza: `<message from='erp@${HOST}' to='${PERSON}' id='${text.replaceAll(" ", "-")}'><body>${text}</body></message>`,
    });
  new DirectoryStore(db).save({
    local: "zhang",
    host: HOST,
    name: "张三",
    pinyin: "zhangsan|zs",
    department: "/总部",
  });
  await stage.operate("hook add", { name: "grafana", to: "plan", title: "Grafana", format: "grafana" });
  for (const resource of ["desktop", "phone"]) {
    const key = { jid: PERSON, resource, hash: hashOf(resource), issuedAt: at, expiresAt: at + 60_000 };
    new KeysStore(db).put(key, 10);
  }
  const room = {
    muc_id: "plan",
    muc_name: TITLE,
    muc_owner: PERSON,
    muc_owner_host: HOST,
    muc_domain: DOMAIN,
  };
  expect(await stage.call("create_muc", room)).to.contain('"ret":true');
  const muc = "http://jabber.org/protocol/muc";
  stage.server.connection.send(
    `<presence from='${PERSON}/desktop' to='${ROOM}/张三'><x xmlns='${muc}'/></presence>`,
  );
  expect(await stage.call("destroy_muc", { muc_id: "nowhere" })).to.contain('"ret":false');
}
