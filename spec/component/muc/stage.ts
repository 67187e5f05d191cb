/** The stage of plays in rooms: a new one for each test (spec/plays). */
import { expect } from "chai";
import { acts, declare, type Scenes, type Steps } from "../../plays/steps.js";
import type { RoomStage } from "../../plays/rooms.js";
import { Play, type PlayOptions } from "./play.js";

/** A stage that begins anew for each test, with these options and these steps. */
export function onStage(
  options: PlayOptions = {},
  opening?: Steps<RoomStage> | ((stage: Stage) => Promise<unknown>),
): Stage {
  const stage = new Stage();
  beforeEach(async () => {
    stage.names.clear();
    await stage.begins(options);
    if (typeof opening === "function") await opening(stage);
    else if (opening !== undefined) await stage.acts(opening);
  });
  afterEach(() => stage.ends());
  return stage;
}

export class Stage extends Play implements RoomStage {
  readonly names = new Map<string, string>();

  get rooms(): Play {
    return this;
  }

  /** Declares a test for each scene. */
  scenes(scenes: Scenes<RoomStage>): void {
    declare(scenes, (steps) => this.acts(steps));
  }

  /** Plays a scene. */
  acts(steps: Steps<RoomStage>): Promise<void> {
    return acts<RoomStage>(this, steps);
  }

  /** Plays so many lines at once; each succeeds, or is refused for now. @returns how many are refused */
  async refuses(count: number, line: (i: number) => Steps<RoomStage>): Promise<number> {
    const all = await Promise.allSettled(Array.from({ length: count }, (_, i) => this.acts(line(i))));
    const refused = all.flatMap((one) => (one.status === "rejected" ? [String(one.reason)] : []));
    for (const reason of refused) expect(reason).to.contain("wait/resource-constraint by coven");
    return refused.length;
  }
}
