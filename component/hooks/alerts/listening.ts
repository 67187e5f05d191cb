/** Passes what is said in rooms on to alerts and outgoing webhooks. */
import type { RoomWatch } from "../../muc/room/room-rules.js";
import type { EventRecorder } from "../outgoing/event-recorder.js";
import type { AlertHearing } from "./hearing.js";

/** @param hearing returns the part that hears what is about alerts, which is made later */
export function listeningWith(
  recorder: EventRecorder,
  hearing: () => AlertHearing,
): RoomWatch & Pick<EventRecorder, "heardIn"> {
  return {
    said: (watched, message) => {
      hearing().said(watched, message);
      recorder.said(watched, message);
    },
    heardIn: (room, message) => {
      hearing().heardIn(room, message);
      recorder.heardIn(room, message);
    },
    retracted: (watched, retraction) => recorder.retracted(watched, retraction),
    changed: (watched, change, members) => recorder.changed(watched, change, members),
  };
}
