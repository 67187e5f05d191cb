/** The stage of plays with a bot in a room of another service: a new world for each test (spec/plays). */
import type { ElsewhereStage } from "../../../plays/elsewhere.js";
import { acts, declare, type Scenes } from "../../../plays/steps.js";
import type { TimedStage } from "../../../plays/time.js";
import { World, type WorldOptions } from "./world.js";

/** Scenes in a world with these options. */
export function elsewhere(options: WorldOptions = {}): {
  readonly scenes: (scenes: Scenes<ElsewhereStage & TimedStage>) => void;
} {
  return {
    scenes: (scenes) => {
      declare<ElsewhereStage & TimedStage>(scenes, async (steps) => {
        const world = new World(options);
        const letsPass = (ms: number): Promise<void> => world.pass(ms);
        await acts({ world, names: new Map<string, string>(), letsPass }, steps).finally(() => {
          world.close();
        });
      });
    },
  };
}
