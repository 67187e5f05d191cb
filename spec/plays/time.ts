/** Time in plays: it passes where a step says so, whatever the stage is. */
import { filled, Step, textOf, type Said, type Stage } from "./steps.js";

/** A stage whose time the play lets pass. */
export interface TimedStage extends Stage {
  /** Lets so many milliseconds pass, with what happens meanwhile. */
  letsPass(ms: number): unknown;
}

/** A stage whose time can stand still. */
export interface StillStage extends Stage {
  stopsTime(): void;
}

/** The units of time, in milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
};

/** Returns the milliseconds of `11 minutes`. */
export function durationOf(text: string): number {
  const [, count, unit = ""] = /^(-?\d+(?:\.\d+)?) (second|minute|hour|day)s?$/.exec(text) ?? [];
  const ms = UNITS[unit];
  if (count === undefined || ms === undefined) throw new Error(`${text} is no time: 11 minutes, 30 seconds`);
  return Number(count) * ms;
}

class Time {
  /** `11 minutes`, `30 seconds`, `1 day` */
  passes(...said: Said): Step<TimedStage> {
    const text = textOf(said);
    return new Step(`time passes ${text}`, (stage: TimedStage) =>
      stage.letsPass(durationOf(filled(text, stage.names))),
    );
  }

  /** Passes only where a step says so: what a budget gains doesn't depend on the machine. */
  stops(): Step<StillStage> {
    return new Step("time stops", (stage: StillStage) => {
      stage.stopsTime();
    });
  }
}

export const time = new Time();
