/** A hundred thousand rooms with a million members: moving in with them, starting with them, and memory then. */
import { join } from "node:path";
import type { Benchmark } from "./benchmark.js";
import type { Extent } from "./extent.js";
import { alone, MEGABYTES, SECONDS, whole } from "./figures.js";
import { MovedIn } from "./moved-in.js";
import { idleMegabytes, restart } from "./start.js";
import type { DumpSize } from "./startalk-dump.js";

const START_SECONDS = 2;
const MEGABYTES_RESIDENT = 200;
/** The domain of their users, as another component: whoever plays them gets what they are sent. */
export const PEOPLE = "people.test";

/** Ten members a room. */
export function manyRooms({ quick }: Extent): DumpSize {
  return quick
    ? { users: 500, rooms: 1_000, members: 10_000 }
    : { users: 50_000, rooms: 100_000, members: 1_000_000 };
}

export const many: Benchmark = {
  name: "many",
  about: "100,000 rooms with a million members: import, start, memory",
  async run(stage) {
    const size = manyRooms(stage.extent);
    stage.tell(0, "importing");
    const imported = await stage.movedIn.database(size, PEOPLE);
    const server = await stage.server("ejabberd", { modules: { archive: false, offline: false } });
    const component = await stage.component({ access: server.component(), hosts: [PEOPLE] });
    await component.end("SIGTERM");
    MovedIn.copy(imported, join(component.folder, "qtalk.db"));
    const { starts } = await stage.inTurn({ starts: () => restart(component) });
    const memory = await idleMegabytes(stage, component);
    const what = `${whole(size.rooms)} rooms, ${whole(size.members)} members`;
    return [
      alone(`import, ${what}`, SECONDS, [imported.seconds]),
      alone("… start to serving with them", SECONDS, starts, START_SECONDS),
      alone("… memory after half a minute idle", MEGABYTES, [memory], MEGABYTES_RESIDENT),
    ];
  },
};
