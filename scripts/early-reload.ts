/**
 * A reload that is asked for (SIGHUP) before the start is finished follows the start. Without a listener, the signal would
 * end the process, and systemd takes that for a clean stop.
 */
let isAsked = false;

function note(): void {
  isAsked = true;
}

/** Notes reloads from now on. */
export function noteReloads(): void {
  process.on("SIGHUP", note);
}

/** Ends noteReloads(). @returns whether a reload was asked for */
export function takeNoted(): boolean {
  process.off("SIGHUP", note);
  return isAsked;
}
