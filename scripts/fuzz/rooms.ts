/** Calls that make the rooms in which fuzzing takes place. */
import type { ComponentProcess } from "../lab/component-process.js";
import { HOST } from "./case.js";

/** Makes one of the interface's calls on a room; the room may be there already. @throws Error where it is refused */
export async function roomCall(
  component: ComponentProcess,
  endpoint: "create_muc" | "add_muc_user",
  { room, owner, members }: { room: string; owner: string; members?: readonly string[] },
): Promise<void> {
  const [muc_id, muc_domain] = room.split("@");
  const body = {
    muc_id,
    muc_domain,
    muc_owner: owner,
    muc_owner_host: HOST,
    muc_member: members,
    system: "fuzz",
  };
  const answer = await (await component.post(endpoint, body)).text();
  if (!answer.startsWith('{"ret":true')) throw new Error(`${endpoint} was answered ${answer}`);
}
