/** The filters of hooks: posts that a hook leaves out are accepted, and nothing is said. */
import type { HookFilters } from "../../storage/hooks-store.js";
import type { PostEvent } from "./formats/format.js";
import { matcherOf } from "./outgoing/pattern.js";

/** Whether a hook says nothing about a post. @param event undefined: the format knows no events, so nothing is left out */
export function isLeftOut(filters: HookFilters, event: PostEvent | undefined): boolean {
  if (event === undefined) return false;
  const { onlyEvents, exceptEvents, branches } = filters;
  const { branch = "" } = event;
  if (onlyEvents?.some((each) => isEvent(each, event)) === false) return true;
  if (exceptEvents?.some((each) => isEvent(each, event)) === true) return true;
  return branch !== "" && branches?.some((each) => matcherOf(each)(branch)) === false;
}

function isEvent(wanted: string, { name, action = "" }: PostEvent): boolean {
  const [given, full] = [wanted.toLowerCase(), `${name}.${action}`.toLowerCase()];
  return given === name.toLowerCase() || given === full;
}
