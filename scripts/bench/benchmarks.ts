/** The benchmarks, in the order of the table, those aside last: one file each, one line here. */
import { archive } from "./archive.js";
import { attacks } from "./attacks.js";
import { batches } from "./batches.js";
import { batchesProsody } from "./batches-prosody.js";
import type { Benchmark } from "./benchmark.js";
import { fanOut } from "./fan-out.js";
import { growth } from "./growth.js";
import { hookTold } from "./hook-told.js";
import { hooks } from "./hooks.js";
import { joins } from "./joins.js";
import { many } from "./many-rooms.js";
import { notify } from "./notify.js";
import { occupant } from "./occupant.js";
import { reconnects } from "./reconnects.js";
import { roomCalls } from "./room-calls.js";
import { sends } from "./sends.js";
import { sendsProsody } from "./sends-prosody.js";
import { stalls } from "./stalls.js";
import { start } from "./start.js";

export const benchmarks: readonly Benchmark[] = [
  sends,
  hooks,
  sendsProsody,
  batches,
  batchesProsody,
  notify,
  roomCalls,
  occupant,
  joins,
  fanOut,
  hookTold,
  archive,
  start,
  reconnects,
  many,
  growth,
  stalls,
  attacks,
];
