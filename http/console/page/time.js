/** Points in time, for tables: two lines where one is too long. */
import { h } from "./dom.js";
import { dateTime } from "./format.js";

/** @param {number} at milliseconds since 1970 */
export function timeOf(at) {
  const [day, clock] = dateTime(at).split(" ");
  return h("time", { datetime: new Date(at).toISOString() }, h("span", {}, day), " ", h("span", {}, clock));
}
