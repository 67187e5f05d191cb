import { destroyMuc } from "../../component/operations/rooms.js";
import { endpoint } from "../endpoint.js";
import { actorFields, roomCall, roomCallOf, roomExample } from "./common/room-call.js";

export default endpoint({
  ...roomCall("destroy_muc"),
  summary: { en: "Destroy a room", zh: "销毁群" },
  fields: actorFields,
  example: roomExample,
  run: (context, call) => destroyMuc(context, roomCallOf(call)),
});
