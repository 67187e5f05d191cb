/**
 * News of rooms that one isn't in (XEP-0437): whoever subscribes with the service is told once of each of their rooms in
 * which something is said, until they were inside again. subscriptions.ts knows who did; requests.ts handles it.
 */
import type { Feature } from "../feature.js";

export const activity: Feature = {
  onMessage: (scope, { speaker, keeping }) => {
    const { kind, isForbidden } = keeping;
    if (kind === "text" && !isForbidden) scope.context.activity.noteMessage(scope, speaker.account.bare.text);
  },
  onDeparture: ({ activity }, room, session) => activity.left(room, session.bare.text),
};
