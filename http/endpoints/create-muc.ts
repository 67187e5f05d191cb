import { cut } from "../../storage/unicode.js";
import { refuseText } from "../../component/operations/limits.js";
import { commitWork, makeRoomFor, parseActor, parseRoom } from "../../component/operations/room-call.js";
import { Refusal, refuse } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { field, optionalText } from "./common/fields.js";
import { actorFields, nameIn, roomCall, roomExample } from "./common/room-call.js";

const MAX_NAME = 255;
const MAX_DESCRIPTION = 2000;

function given(text: string): string | undefined {
  return text === "" ? undefined : text;
}

export default endpoint({
  ...roomCall("create_muc"),
  summary: { en: "Create a room", zh: "建群" },
  fields: {
    ...actorFields,
    muc_name: field(optionalText(""), "the room's name", "群名称"),
    muc_desc: field(optionalText(""), "the room's description", "群描述"),
    muc_owner_host: field(optionalText(""), "the acting user's host", "执行操作的用户的域名"),
    muc_true_owner: field(
      optionalText(""),
      "the owner, if it isn't the acting user (muc_owner): id or id@host",
      "群主（如果不是执行操作的用户 muc_owner）：id 或 id@域名",
    ),
  },
  example: roomExample,
  scope: ({ muc_id, muc_domain, muc_owner, muc_true_owner, muc_owner_host }) => ({
    senders: Object.entries({ muc_owner, muc_true_owner })
      .filter(([, id]) => id !== "")
      .map(([field, id]) => ({ field, id, host: given(muc_owner_host) })),
    rooms: [{ field: "muc_id", id: muc_id, host: muc_domain }],
  }),
  // A repeated call with the same owner changes nothing and gets the same response.
  async run(context, call) {
    const { muc_name: name, muc_desc: text, muc_true_owner: other } = call;
    const host = given(call.muc_owner_host);
    const jid = parseRoom(context, nameIn(call));
    if (jid instanceof Refusal) return jid;
    const actor = parseActor(context, call.muc_owner, "muc_owner", host);
    if (actor instanceof Refusal) return actor;
    const owner = other === "" ? actor : parseActor(context, other, "muc_true_owner", host);
    if (owner instanceof Refusal) return owner;
    const unreadable = refuseText("muc_name", name) ?? refuseText("muc_desc", text);
    if (unreadable !== undefined) return unreadable;
    const { rooms } = context.muc;
    return await commitWork(context, (transaction) => {
      const known = rooms.find(jid);
      if (known !== undefined) {
        const isSame = known.affiliations.get(owner.text)?.affiliation === "owner";
        return isSame ? undefined : refuse.exists(`the room ${jid.text} exists already, with another owner`);
      }
      const destroyed = rooms.findTombstone(jid);
      if (destroyed !== undefined && !rooms.mayRecreate(destroyed, [actor, owner])) {
        const whose = "for a while, only its former owners and administrators may make it again";
        return refuse.exists(`the room ${jid.text} was destroyed: ${whose}`);
      }
      const [title, description] = [cut(name, MAX_NAME), cut(text, MAX_DESCRIPTION)];
      makeRoomFor({ context: context.muc, transaction }, jid, { owner, title, description, by: actor });
      return undefined;
    });
  },
});
