/** Programs' calls on the plays' room, and their results in a line. */
import { addMucUser, delMucUser, mucUsers } from "../../../../component/operations/members.js";
import { clearStaff } from "../../../../component/operations/users.js";
import { createMuc, destroyMuc } from "../../../../component/operations/rooms.js";
import { sendThirdMessage } from "../../../../component/operations/send-thirdmessage.js";
import { Refusal } from "../../../../component/refusal.js";
import { DOMAIN, ROOM, type Play } from "../play.js";

const room = { id: "coven", domain: DOMAIN };

/** @param stage the play that is on, when something is called */
export function callsOn(stage: () => Play) {
  const outcome = (result: object): string =>
    result instanceof Refusal ? `${result.errcode} ${result.message}` : "done";
  const create = async (more: object = {}): Promise<string> =>
    outcome(
      await createMuc(stage().context, {
        room,
        actor: "hag66",
        ownerHost: undefined,
        trueOwner: undefined,
        name: "",
        description: "",
        ...more,
      }),
    );
  const add = async (actor: string, ...members: string[]): Promise<string> =>
    outcome(await addMucUser(stage().context, { room, actor, members }));
  const del = async (actor: string, ...members: string[]): Promise<string> =>
    outcome(await delMucUser(stage().context, { room, actor, members }));
  const destroy = async (actor: string): Promise<string> =>
    outcome(await destroyMuc(stage().context, { room, actor }));
  const users = async (): Promise<unknown> => await mucUsers(stage().context, room);
  /** Those of `users`: `hag66 crone1:测试`; or the errcode. */
  const names = async (): Promise<string> => {
    const all = await mucUsers(stage().context, room);
    if (all instanceof Refusal) return `${all.errcode}`;
    return all.map(({ user, name }) => (user === name ? user : `${user}:${name}`)).join(" ");
  };
  const clear = async (...names: string[]): Promise<string> =>
    outcome(await clearStaff(stage().context, { users: names, host: "qtalk.test.org" }));
  const send = async (
    from: string,
    text: string,
    more: Partial<{ id: string; to: string; attrs: string }> = {},
  ) =>
    outcome(
      await sendThirdMessage(stage().context, [
        {
          from,
          to: more.to ?? ROOM,
          message: `<message ${more.attrs ?? "type='groupchat'"}><body id='${more.id ?? `i${Math.random()}`}' msgType='1'>${text}</body></message>`,
        },
      ]),
    );
  return { outcome, create, add, del, destroy, users, names, clear, send };
}
