/** The operations on rooms. */
import { ROOM_LISTS } from "./room-list.js";
import { ROOM_CONFIGURATION } from "./room-make.js";
import { ROOM_MESSAGES } from "./room-messages.js";
import { ROOM_PEOPLE } from "./room-people.js";
import { ROOM_SHOWS } from "./room-show.js";

export const ROOM_OPERATIONS = [
  ...ROOM_LISTS,
  ...ROOM_SHOWS,
  ...ROOM_CONFIGURATION,
  ...ROOM_PEOPLE,
  ...ROOM_MESSAGES,
];
