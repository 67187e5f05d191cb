/** What the endpoints of the group `management` share: the room, and the response if it is missing. */
import { z } from "zod";
import type { NamedRoom } from "../../../component/operations/room-call.js";
import type { CallScope } from "../../endpoint.js";
import { field, textOrNumber } from "./fields.js";

export const managedFields = {
  muc: field(textOrNumber, "the room's id", "群 id"),
  domain: field(z.string(), "the domain of the component's rooms", "群域名"),
};

export const managedExample = {
  muc: "5f0b6bfa2e3a4d78aefe047ab06dc589",
  domain: "conference.qtalk.test.org",
};

interface Managed {
  readonly muc: string;
  readonly domain: string;
}

export function managed(name: string) {
  return {
    name: `management/${name}`,
    paths: [{ path: `/qtalk/management/${name}`, group: "management" }],
    method: "POST",
    notFound: noSuchMuc,
    scope: ({ muc, domain }: Managed): CallScope => ({
      senders: [],
      rooms: [{ field: "muc", id: muc, host: domain }],
    }),
  } as const;
}

export function managedName({ muc, domain }: Managed): NamedRoom {
  return { id: muc, domain, fields: { id: "muc", domain: "domain" } };
}

/** Returns the response for a missing room, with the exact text of QTalk's original server. */
function noSuchMuc(): object {
  return { ret: false, errcode: "-1", errmsg: "Muc not exit or Muc is temp Muc" };
}
