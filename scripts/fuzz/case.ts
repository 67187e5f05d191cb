/** What fuzzing does in one case. It is plain data, so that a case can be written to a file and played again. */

/** Who sends stanzas: one of the hostile users, or a hostile component of the same server. */
export type Sender = number | "component";

export type Step =
  /** A call of the interface, answered before the next step. */
  | {
      readonly do: "call";
      readonly method: string;
      /** With its query. */
      readonly path: string;
      readonly body?: string;
    }
  /** Characters (each a byte) on a connection of their own to the interface. */
  | { readonly do: "http"; readonly bytes: string }
  /** A stanza, so many times; each `{id}` in it becomes an id of its own, `{self}` the sender's full address. */
  | { readonly do: "send"; readonly by: Sender; readonly stanza: string; readonly times?: number }
  /** What this user answers to the next request that comes in: the inside of an IQ. */
  | {
      readonly do: "answer";
      readonly by: number;
      readonly type: "result" | "error";
      readonly payload: string;
    };

export interface Case {
  /** The generator that made it. */
  readonly generator: string;
  readonly steps: readonly Step[];
}

/** Where the play takes place. */
export const HOST = "qtalk.test.org";
export const DOMAIN = `groups.${HOST}`;
export const HOSTILE_DOMAIN = `hostile.${HOST}`;
/** The hostile users' own room, and one in which honest users talk with some of the hostile. */
export const DEN = `den@${DOMAIN}`;
export const HALL = `hall@${DOMAIN}`;
export const HOSTILE_USERS = 8;

export function hostileName(index: number): string {
  return `mallory${index}`;
}
