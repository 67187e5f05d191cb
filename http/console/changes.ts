/** What the console changes: the operators' operations, by their paths below /console/api/. */
import { z } from "zod";
import { dropDeadLetters, retryDeadLetters } from "../../component/administration/dead-letters.js";
import { revokeKeys } from "../../component/administration/people.js";
import { operation, OPERATIONS, type OperatorOperation } from "../operator/operations.js";

const MOST_LETTERS = 200;

const letters = z.strictObject({ ids: z.array(z.int().min(1)).min(1).max(MOST_LETTERS) });

const rooms = Object.entries(OPERATIONS).map(([name, each]) => [`rooms-do/${name}`, each] as const);

export const CHANGES: ReadonlyMap<string, OperatorOperation> = new Map<string, OperatorOperation>([
  ...rooms,
  ["dead-letters/retry", operation(letters, retryDeadLetters)],
  ["dead-letters/drop", operation(letters, dropDeadLetters)],
  [
    "keys/revoke",
    operation(z.strictObject({ user: z.string(), resource: z.string().optional() }), revokeKeys),
  ],
]);
