/** A chat client with a person in front of it: what they do with it, and what they wait to see. */
import type { Account } from "../lab/options.js";
import type { CommandWindow } from "./command-window.js";

/** Somebody to talk to, or a room to talk in. */
export interface Chat {
  readonly kind: "person" | "room";
  readonly address: string;
  /** What people call it. */
  readonly name: string;
}

export interface Sight {
  readonly text: string;
  /** Whose name stands beside it; where a client looks for names only in its contact list, the address. */
  readonly by?: Chat;
  /** What isn't seen in the same message. */
  readonly without?: string;
}

/**
 * What waits for something to be seen fails where it doesn't come in time; a client whose screen no program can read
 * waits until its picture rests instead, and leaves the judgement to whoever looks at it.
 */
export interface ChatClient {
  /** Logs in, with nothing kept of an earlier session. */
  logIn(account: Required<Account>): Promise<void>;
  logOut(): Promise<void>;
  /** Brings a chat to the front. */
  show(chat: Chat): Promise<void>;
  /** Waits for a message in the chat at the front. */
  sees(sight: Sight): Promise<void>;
  /** Waits for this picture, itself and not just its address, in the chat at the front. */
  seesPicture(url: string): Promise<void>;
  /** Waits until it is told that there is something new from somebody whose chat isn't at the front. */
  notices(person: Chat): Promise<void>;
  /** Waits for an invitation to this room by this person. */
  isInvited(room: Chat, by: Chat): Promise<void>;
  /** How many invitations wait for an answer; undefined where no program can tell. */
  invitations(): Promise<number | undefined>;
  /** Enters a room by the invitation's own button or command. */
  accept(room: Chat): Promise<void>;
  /** Says something in the chat at the front. */
  say(text: string): Promise<void>;
  /** Waits until the room at the front says that one isn't in it any more. */
  seesRemoval(room: Chat): Promise<void>;
  /** Its ad-hoc commands, of whoever is logged in; undefined where it has none. */
  readonly commands?: CommandWindow | undefined;
  /** Puts a chat away. */
  dismiss(chat: Chat): Promise<void>;
  /** Writes what is on the screen into a PNG file. */
  screenshot(path: string): Promise<void>;
  /** Ends the client, and removes what it kept. */
  close(): Promise<void>;
}
