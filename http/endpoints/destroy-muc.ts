import { destroyMuc } from "../../component/operations/rooms.js";
import { endpoint } from "../endpoint.js";
import { actorFields, roomCallOf, roomExample, scopeOf } from "./common/room-call.js";

export default endpoint({
  name: "destroy_muc",
  paths: [{ path: "/qtalk/destroy_muc" }, { path: "/destroy_muc", group: "gateway" }],
  method: "POST",
  summary: { en: "Destroy a room", zh: "销毁群" },
  fields: actorFields,
  example: roomExample,
  success: { errmsg: "success", data: "" },
  scope: scopeOf,
  run: (context, call) => destroyMuc(context, roomCallOf(call)),
});
