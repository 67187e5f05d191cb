/** Who is called and mentioned by the alerts of a hook: checks the arguments of operations on hooks. */
import type { HookCalls, StoredHook } from "../../storage/hooks-store.js";
import { isAccount, type AccountJid } from "../addresses/address.js";
import {
  isSeverity,
  MAX_STEPS,
  parseDuty,
  parseStep,
  stepText,
  type EscalationStep,
} from "../hooks/alerts/steps.js";
import { badRequest, Refusal, refuse } from "../refusal.js";
import { quoted } from "../wording.js";
import type { Context } from "./context.js";
import type { Given } from "./hook-arguments.js";
import { hookAddressOf, hasRoom, refuseRoom } from "./hook-parts.js";
import { isOwner } from "./rights.js";

/** The word that removes all steps, or all mentions. */
const NONE = "none";

const NOBODY: HookCalls = {
  steps: undefined,
  stepsFrom: undefined,
  mentions: undefined,
  mentionsFrom: undefined,
};

/** What alerts of a hook want, and the people and rooms that steps name. */
export interface CheckedCalls {
  readonly calls: HookCalls;
  readonly called: readonly AccountJid[];
}

/** Checks steps and mentions. @param name the hook's name @param known what the hook has so far */
export async function callsOf(
  context: Context,
  name: string,
  given: Given,
  { calls: known, sender }: Partial<Pick<StoredHook, "calls" | "sender">>,
): Promise<CheckedCalls | Refusal> {
  const { step, steps_from, mention, mention_from } = given;
  const isGiven = [step, steps_from, mention, mention_from].some((each) => each !== undefined);
  if (!isGiven) return { called: [], calls: known ?? NOBODY };
  if (isOwner(context.who))
    return refuse.forbidden("step: only operators set whom alerts call and mention: ask one of them");
  for (const [field, severity] of Object.entries({ steps_from, mention_from }))
    if (severity !== undefined && !isSeverity(severity))
      return badRequest(
        `${field}: ${quoted(severity)} is no severity: expected critical, error, warning, info, or none for all alerts`,
      );
  const steps = step === undefined ? undefined : stepsIn(context, name, step);
  if (steps instanceof Refusal) return steps;
  const mentions = mention === undefined ? undefined : mentionsIn(context, name, mention);
  if (mentions instanceof Refusal) return mentions;
  const called = (steps ?? []).flatMap(({ to }) =>
    to.kind === "address" && isAccount(to.jid) ? [to.jid] : [],
  );
  for (const jid of called) {
    const foreign = await refuseRoom(context, sender, jid);
    if (foreign !== undefined) return foreign;
  }
  return {
    called,
    calls: {
      steps: steps === undefined ? known?.steps : listed(steps.map(stepText)),
      stepsFrom: steps_from ?? known?.stepsFrom,
      mentions: mentions === undefined ? known?.mentions : listed(mentions),
      mentionsFrom: mention_from ?? known?.mentionsFrom,
    },
  };
}

function listed(items: readonly string[]): readonly string[] | undefined {
  return items.length === 0 ? undefined : items;
}

function stepsIn(
  context: Context,
  name: string,
  texts: readonly string[],
): readonly EscalationStep[] | Refusal {
  if (texts.length === 1 && texts[0] === NONE) return [];
  if (texts.length > MAX_STEPS) return badRequest(`step: expected at most ${MAX_STEPS} steps`);
  const steps: EscalationStep[] = [];
  for (const text of texts) {
    const step = parseStep(text);
    if (typeof step === "string") return badRequest(`step: ${step}`);
    if (step.delay < (steps.at(-1)?.delay ?? 0))
      return badRequest(`step: ${quoted(text)} comes before the step in front of it: name steps in order`);
    const checked = checkedTarget(context, name, step);
    if (checked instanceof Refusal) return checked;
    steps.push(checked);
  }
  return steps;
}

/** Checks that a step can reach somebody. */
function checkedTarget(context: Context, name: string, step: EscalationStep): EscalationStep | Refusal {
  const { to } = step;
  if (to.kind === "room") return step;
  if (to.kind === "duty") return refuseRoster(context, to.roster ?? name, "step") ?? step;
  const jid = hookAddressOf(context, to.jid.text, "step");
  if (jid instanceof Refusal) return jid;
  if (jid.domain === context.settings.xmpp.domain && !hasRoom(context, jid.local))
    return refuse.notFound(`step: there is no room ${jid.text}: name a room that exists, or a person`);
  return { ...step, to: { kind: "address", jid } };
}

function mentionsIn(context: Context, name: string, texts: readonly string[]): readonly string[] | Refusal {
  if (texts.length === 1 && texts[0] === NONE) return [];
  for (const text of texts) {
    const duty = parseDuty(text);
    const missing = duty && refuseRoster(context, duty.roster ?? name, "mention");
    if (missing !== undefined) return missing;
  }
  return texts;
}

function refuseRoster({ records }: Context, roster: string, field: string): Refusal | undefined {
  return records.duty.find(roster) === undefined
    ? refuse.notFound(
        `${field}: there is no roster ${roster}: make it first, with duty set ${roster} --people …, or name another one as duty:ROSTER`,
      )
    : undefined;
}
