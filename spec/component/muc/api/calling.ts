/** Calls on the room of the plays, as programs make them, and what comes of them in a line. */
import { Refusal } from "../../../../component/refusal.js";
import { DOMAIN, ROOM, type Play } from "../play.js";

const room = { id: "coven", domain: DOMAIN };

/** @param stage the play that is on, when something is called */
export function callsOn(stage: () => Play) {
  const outcome = (result: object): string =>
    result instanceof Refusal ? `${result.errcode} ${result.message}` : "done";
  const create = async (more: object = {}): Promise<string> =>
    outcome(
      await stage().operations.createMuc({
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
    outcome(await stage().operations.addMucUser({ room, actor, members }));
  const del = async (actor: string, ...members: string[]): Promise<string> =>
    outcome(await stage().operations.delMucUser({ room, actor, members }));
  const destroy = async (actor: string): Promise<string> =>
    outcome(await stage().operations.destroyMuc({ room, actor }));
  const users = async (): Promise<unknown> => await stage().operations.mucUsers(room);
  const clear = async (...names: string[]): Promise<string> =>
    outcome(await stage().operations.clearStaff({ users: names, host: "qtalk.test.org" }));
  const send = async (
    from: string,
    text: string,
    more: Partial<{ id: string; to: string; attrs: string }> = {},
  ) =>
    outcome(
      await stage().operations.sendThirdMessage([
        {
          from,
          to: more.to ?? ROOM,
          message: `<message ${more.attrs ?? "type='groupchat'"}><body id='${more.id ?? `i${Math.random()}`}' msgType='1'>${text}</body></message>`,
        },
      ]),
    );
  return { outcome, create, add, del, destroy, users, clear, send };
}
