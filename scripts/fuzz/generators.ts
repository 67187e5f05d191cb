/** All kinds of hostility. A new one is a file in generators/ and a line here. */
import type { Generator } from "./generator.js";
import { callXml } from "./generators/call-xml.js";
import { calls } from "./generators/calls.js";
import { component } from "./generators/component.js";
import { floods } from "./generators/floods.js";
import { http } from "./generators/http.js";
import { messages } from "./generators/messages.js";
import { presences } from "./generators/presences.js";
import { answers, requests } from "./generators/requests.js";

export const GENERATORS: readonly Generator[] = [
  callXml,
  calls,
  http,
  messages,
  presences,
  requests,
  answers,
  component,
  floods,
];
