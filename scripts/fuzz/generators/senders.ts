/** Who does something, as an arbitrary. A component writes its sender by itself. */
import fc from "fast-check";
import { HOSTILE_USERS } from "../case.js";

/** A user each time; a component would have to name its sender in the stanza. */
export const sender: fc.Arbitrary<number> = fc.nat(HOSTILE_USERS - 1);
