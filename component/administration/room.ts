/** The operations on rooms. */
import { ROOM_LISTS } from "./room-list.js";
import { makeRoom, setRoom } from "./room-make.js";
import { announce, destroyRoom, purge } from "./room-messages.js";
import { ROOM_SHOWS } from "./room-show.js";
import { AFFILIATE, handOver, kick } from "./room-people.js";

export const ROOM = [
  ...[...ROOM_LISTS, ...ROOM_SHOWS],
  ...[makeRoom, setRoom],
  ...Object.values(AFFILIATE),
  ...[handOver, kick, announce, purge, destroyRoom],
];
