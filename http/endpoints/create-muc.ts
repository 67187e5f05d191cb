import { createMuc } from "../../component/operations/rooms.js";
import { endpoint } from "../endpoint.js";
import { field, optionalText } from "./common/fields.js";
import { actorFields, roomCall, roomCallOf, roomExample } from "./common/room-call.js";

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
    senders: [muc_owner, muc_true_owner]
      .filter((id) => id !== "")
      .map((id) => ({ id, host: given(muc_owner_host) })),
    rooms: [{ id: muc_id, host: muc_domain }],
  }),
  run: (context, call) =>
    createMuc(context, {
      ...roomCallOf(call),
      ownerHost: given(call.muc_owner_host),
      trueOwner: given(call.muc_true_owner),
      name: call.muc_name,
      description: call.muc_desc,
    }),
});
