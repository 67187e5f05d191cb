/** Writing what needs no place in the rooms' order: pages of archives, pings. It gives way where the link is full. */
import type { Link } from "../link/link.js";

/** What it needs of a link; a test may stand in for it. */
export interface DirectLink extends Pick<Link, "isUp" | "write"> {
  on(event: "up" | "down" | "drain", listener: () => void): unknown;
}

export class Direct {
  readonly #link: DirectLink;
  #isFull = false;

  constructor(link: DirectLink) {
    this.#link = link;
    const free = (): void => {
      this.#isFull = false;
    };
    link.on("drain", free);
    link.on("up", free);
  }

  /** Whether nothing more should be written for now. */
  get isBlocked(): boolean {
    return this.#isFull || !this.#link.isUp;
  }

  /** Writes finished stanzas. */
  write(stanzas: string): void {
    if (stanzas !== "" && !this.#link.write(stanzas)) this.#isFull = true;
  }
}
