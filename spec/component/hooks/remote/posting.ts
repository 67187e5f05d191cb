/** A world with the bot inside the room, and posts to it. */
import { World, type WorldOptions } from "./world.js";

export async function botInside(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  world.up();
  await world.exchange();
  if (world.stored.state !== "inside") throw new Error("the bot isn't inside");
  return world;
}

/** Posts to the room, and lets three seconds pass. @returns what the call is answered */
export async function posted(world: World, count = 1): Promise<string> {
  const answer = world.post(count);
  await world.exchange();
  await world.pass(3_000);
  return await answer;
}
