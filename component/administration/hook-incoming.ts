/** Incoming webhooks: programs post to their URLs, and each post becomes a message. */
import type { HookLimits, StoredHook } from "../../storage/hooks-store.js";
import { defaultPicture } from "../hooks/pictures.js";
import { templateAfter } from "../hooks/formats/formats.js";
import { hashOf, newId, newSecret } from "../hooks/secrets.js";
import { Errcode, Refusal } from "../refusal.js";
import type { Context } from "./context.js";
import { entered, refuseRoom, type RemoteRoom } from "./entry.js";
import {
  hasRoom,
  pictureIn,
  putBot,
  receiverOf,
  refuseTemplate,
  requestNeeded,
  senderOf,
} from "./hook-parts.js";

/** The arguments that incoming webhooks take, when they are added or changed. */
export interface IncomingGiven {
  readonly name: string;
  readonly to?: string | undefined;
  readonly as?: string | undefined;
  readonly title?: string | undefined;
  readonly picture?: string | undefined;
  readonly format?: string | undefined;
  readonly template?: string | undefined;
  readonly signed?: boolean | undefined;
  readonly update?: boolean | undefined;
  readonly announce_resolved?: boolean | undefined;
  readonly rate?: number | "default" | undefined;
  readonly body_bytes?: number | "default" | undefined;
  readonly password?: string | undefined;
}

/** The word that restores a default. */
const DEFAULT = "default";

/** The part of a result that shows a new URL, and the key that signs posts. */
export function secretsOf(
  { settings }: Context,
  id: string,
  secret: string,
  signatureKey: string | undefined,
): { readonly url: string; readonly key: string | undefined } {
  return { url: `${settings.hooks.url ?? settings.url}/hooks/${id}/${secret}`, key: signatureKey };
}

export async function addIncoming(context: Context, given: IncomingGiven & { readonly to: string }) {
  const { name, format = "auto", template } = given;
  const parts = await partsOf(context, given);
  if (parts instanceof Refusal) return parts;
  if (format === "template" && template === undefined) return NO_TEMPLATE;
  if (given.announce_resolved === true && given.update !== true) return NO_UPDATE;
  const as = senderOf(context, given.as ?? name);
  const to = receiverOf(context, given.to);
  if (as instanceof Refusal) return as;
  if (to instanceof Refusal) return to;
  const refused = await refuseRoom(context, as.sender, to);
  if (refused !== undefined) return refused;
  const secret = newSecret();
  const signatureKey = given.signed === true ? newSecret() : undefined;
  const id = newId();
  let remote: RemoteRoom | Refusal | undefined;
  const added = await context.change(() => {
    const bad = putBot(context, as, {
      ...{ title: given.title, picture: parts.picture },
      fallback: defaultPicture(format, name),
    });
    if (bad !== undefined) return bad;
    remote = requestNeeded(context, as.bot, to, given.password);
    if (remote instanceof Refusal) return remote;
    context.records.hooks.add({
      ...{ id, name, secret: hashOf(secret), receiver: to.text, ...as, format, template, signatureKey },
      ...{
        corrects: given.update === true,
        announces: given.announce_resolved === true,
        limits: parts.limits,
        madeAt: Date.now(),
      },
    });
    const from = as.sender ?? `${as.bot ?? ""}@${context.settings.xmpp.domain}`;
    return { message: `Added the hook ${name}: ${from} sends its posts to ${to.text}.` };
  });
  if (added instanceof Refusal) return added;
  const notes = await notesOf(context, to.text, remote);
  if (to.domain === context.settings.xmpp.domain && !hasRoom(context, to.local))
    notes.push(
      `There is no room ${to.text} yet, so posts are refused. Create the room: qtalk-component room make ${to.text} --owner USER`,
    );
  return { ...added, ...secretsOf(context, id, secret, signatureKey), notes };
}

export async function setIncoming(context: Context, hook: StoredHook, given: IncomingGiven) {
  const parts = await partsOf(context, given, hook.limits);
  if (parts instanceof Refusal) return parts;
  const { format = hook.format, to: text } = given;
  const template = given.template === undefined ? templateAfter(hook, format) : parts.template;
  if (format === "template" && template === undefined) return NO_TEMPLATE;
  const to = text === undefined ? undefined : receiverOf(context, text);
  if (to instanceof Refusal) return to;
  const refused = to && (await refuseRoom(context, hook.sender, to));
  if (refused !== undefined) return refused;
  let remote: RemoteRoom | Refusal | undefined;
  const set = await context.change(() => {
    const bad =
      (given.title ?? parts.picture) && putBot(context, hook, { title: given.title, picture: parts.picture });
    if (bad instanceof Refusal) return bad;
    const { update: corrects = hook.corrects, announce_resolved: announces = hook.announces } = given;
    if (announces && !corrects) return NO_UPDATE;
    const { limits } = parts;
    context.records.hooks.set({
      ...{ ...hook, format, template, limits, corrects, announces },
      receiver: to?.text ?? hook.receiver,
    });
    remote = to && requestNeeded(context, hook.bot, to, given.password);
    if (remote instanceof Refusal) return remote;
    context.records.bots.prune();
    return { message: `The hook ${hook.name} was changed.` };
  });
  return set instanceof Refusal ? set : { ...set, notes: await notesOf(context, to?.text ?? "", remote) };
}

/** Replaces a hook's URL, and the key that signs posts if the hook has one. */
export function rotateIncoming(context: Context, { id, name, signatureKey }: StoredHook) {
  const secret = newSecret();
  const key = signatureKey === undefined ? undefined : newSecret();
  return context.change(() => {
    context.records.hooks.rotate(id, hashOf(secret), key);
    const message = `The hook ${name} has a new URL; the old one stopped working.`;
    return { message, ...secretsOf(context, id, secret, key) };
  });
}

const NO_TEMPLATE = new Refusal(Errcode.request, "template: the format template needs a template");

const NO_UPDATE = new Refusal(Errcode.request, "announce_resolved: needs update");

async function notesOf(context: Context, room: string, remote: RemoteRoom | Refusal | undefined) {
  return remote === undefined || remote instanceof Refusal || room === ""
    ? []
    : [(await entered(context, remote)).text];
}

/** Checks the arguments for a hook's template, picture and limits. @param known the hook's present limits */
async function partsOf(
  context: Context,
  given: IncomingGiven,
  known: HookLimits = { rate: undefined, bodyBytes: undefined },
) {
  const template = given.template === DEFAULT ? undefined : given.template;
  const picture = pictureIn(context, given.picture);
  if (picture instanceof Refusal) return picture;
  const { bodyLimit } = context.settings;
  const { rate = known.rate, body_bytes: bytes = known.bodyBytes } = given;
  if (bytes !== undefined && bytes !== DEFAULT && bytes > bodyLimit)
    return new Refusal(Errcode.request, `body_bytes: expected at most ${bodyLimit} (http.body_limit)`);
  const bad = await refuseTemplate(template);
  if (bad !== undefined) return bad;
  const limits: HookLimits = {
    rate: rate === DEFAULT ? undefined : rate,
    bodyBytes: bytes === DEFAULT ? undefined : bytes,
  };
  return { template, picture, limits };
}
