/** The screen of all rooms. */
/** @import { ListedRoom } from "../types.js" */
import { post } from "../api.js";
import { ask } from "../dialog.js";
import { button, h, note } from "../dom.js";
import { number } from "../format.js";
import { pagedList, searchField } from "../list.js";
import { showDone } from "../notice.js";
import { t } from "../texts.js";

export async function rooms() {
  const list = pagedList({
    path: "rooms",
    key: "rooms",
    caption: t("rooms"),
    empty: t("noRooms"),
    columns: [
      {
        title: t("room"),
        isHeader: true,
        cell: (/** @type {ListedRoom} */ { address }) => h("a", { href: linkTo(address) }, address),
      },
      { title: t("title"), cell: ({ title }) => title },
      { title: t("members"), isNumber: true, cell: ({ members }) => number(members) },
      { title: t("sessionsInside"), isNumber: true, cell: ({ inside }) => number(inside) },
    ],
  });
  await list.load();
  const buttons = [button(t("makeRoom"), make, { class: "primary" }), button(t("announceInAll"), announce)];
  const search = searchField(t("searchRooms"), (search) => list.load({ search }));
  return [h("div", { class: "bar" }, search, h("div", { class: "buttons start" }, buttons)), list.element];
}

/** @param {string} address */
function linkTo(address) {
  return `#/rooms/${encodeURIComponent(address)}`;
}

async function make() {
  let name = "";
  const isMade = await ask({
    title: t("makeRoom"),
    text: note(t("makeRoomText")),
    fields: [
      { name: "room", label: t("roomId"), help: t("roomIdHelp"), isRequired: true },
      { name: "owner", label: t("owner"), help: t("userHelp"), isRequired: true },
      { name: "title", label: t("title") },
      { name: "description", label: t("description") },
    ],
    verb: t("make"),
    run: async (filled) => {
      name = filled.room ?? "";
      showDone(await post("rooms-do/make", filled), "next");
    },
  });
  if (isMade) location.hash = linkTo(name);
}

async function announce() {
  await ask({
    title: t("announceInAll"),
    text: note(t("announceInAllText")),
    fields: [{ name: "text", label: t("text"), type: "textarea", isRequired: true }],
    verb: t("announce"),
    run: async ({ text }) => showDone(await post("rooms-do/announce", { text })),
  });
}
