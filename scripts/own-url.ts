import type { Listen } from "../http/listen.js";
import { ownProperty } from "../component/own-property.js";

/** Returns the URL at which this machine reaches the component, such as http://127.0.0.1:10050. */
export function ownUrl({ host: listened, port }: Listen): string {
  const host = ownProperty({ "0.0.0.0": "127.0.0.1", "::": "::1" }, listened) ?? listened;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
