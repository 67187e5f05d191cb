import { destroy } from "../../component/muc/admin/destroying.js";
import { inRoom, parseActor } from "../../component/operations/room-call.js";
import { Refusal, refuse } from "../../component/refusal.js";
import { endpoint } from "../endpoint.js";
import { actorFields, nameIn, roomCall, roomExample } from "./common/room-call.js";

export default endpoint({
  ...roomCall("destroy_muc"),
  summary: { en: "Destroy a room", zh: "销毁群" },
  fields: actorFields,
  example: roomExample,
  async run(context, call) {
    const actor = parseActor(context, call.muc_owner);
    if (actor instanceof Refusal) return actor;
    return await inRoom(context, nameIn(call), (scope) => {
      if (scope.room.affiliationOf(actor) !== "owner") return refuse.forbidden("owner error");
      destroy(scope, {});
      return undefined;
    });
  },
});
