/**
 * Finding a page of an archive. What one person said in a very long archive is looked for a stretch at a time: an index
 * for it would cost every message more than such questions cost.
 */
import {
  isSelective,
  type ArchiveFilter,
  type PageSize,
  type RoomsArchive,
  type StoredMessage,
  type StoredPage,
} from "../../../storage/rooms-archive.js";
import type { RoomsSearch } from "../../../storage/rooms-search.js";
import { TimeSlice } from "../../time-slice.js";

export interface Look {
  readonly most: PageSize;
  readonly end: "first" | "last";
  /** What each must have in its text (storage/text-search.ts). */
  readonly words?: readonly string[];
  /** Called for each stretch that was looked through. */
  readonly onStretch?: () => void;
}

/** As RoomsArchive.page(), giving the event loop a turn every few milliseconds. */
export async function lookFor(
  { archive, search }: { readonly archive: RoomsArchive; readonly search: RoomsSearch },
  room: number,
  filter: ArchiveFilter,
  { most, end, onStretch, words = [] }: Look,
): Promise<StoredPage> {
  if (!isSelective(filter) && words.length === 0) return archive.page(room, filter, most, end);
  const slice = new TimeSlice();
  const found: StoredMessage[] = [];
  let rest = filter;
  for (;;) {
    const edge = archive.edge(room, rest, end);
    const stretch = edge === undefined ? rest : upTo(rest, edge, end);
    const size = left(most, found);
    const { messages, more } =
      words.length === 0
        ? archive.page(room, stretch, size, end)
        : search.page(room, { filter: stretch, words }, size, end);
    onStretch?.();
    if (end === "first") found.push(...messages);
    else found.unshift(...messages);
    if (more || edge === undefined) return { messages: found, more };
    rest = from(rest, edge, end);
    if (slice.isOver) await slice.yieldTurn();
  }
}

function upTo(filter: ArchiveFilter, edge: number, end: "first" | "last"): ArchiveFilter {
  return end === "first" ? { ...filter, before: edge } : { ...filter, after: edge };
}

function from(filter: ArchiveFilter, edge: number, end: "first" | "last"): ArchiveFilter {
  return end === "first" ? { ...filter, after: edge - 1 } : { ...filter, before: edge + 1 };
}

function left(most: PageSize, found: readonly StoredMessage[]): PageSize {
  const chars = found.reduce((sum, { stanza }) => sum + stanza.length, 0);
  // A full page still asks whether there is one more message.
  const isFull = found.length > 0 && chars >= most.chars;
  return { messages: isFull ? 0 : most.messages - found.length, chars: most.chars - chars };
}
