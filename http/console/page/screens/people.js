/** The screen of the directory's people, and the screen of one person with the person's keys. */
/** @import { ListedPerson, Person } from "../types.js" */
/** @import { ScreenContext } from "../screen.js" */
import { get, post } from "../api.js";
import { ask } from "../dialog.js";
import { button, facts, fill, h, note, section } from "../dom.js";
import { dateTime } from "../format.js";
import { pagedList, searchField } from "../list.js";
import { showDone } from "../notice.js";
import { table, timeOf } from "../table.js";
import { t } from "../texts.js";

export async function people() {
  const list = pagedList({
    path: "people",
    key: "people",
    caption: t("people"),
    empty: t("nobodyFound"),
    columns: [
      {
        title: t("address"),
        isHeader: true,
        cell: (/** @type {ListedPerson} */ { user }) =>
          h("a", { href: `#/people/${encodeURIComponent(user)}` }, user),
      },
      { title: t("name"), cell: ({ name }) => name },
      { title: t("department"), cell: ({ department }) => department },
      { title: t("employed"), cell: ({ isEmployed }) => t(isEmployed ? "yes" : "no") },
    ],
  });
  await list.load();
  return [searchField(t("searchPeople"), (search) => list.load({ search })), list.element];
}

/** @param {ScreenContext} context */
export async function person({ named, heading }) {
  const keys = h("div");
  const load = async () => {
    /** @type {Person} */
    const found = await get(`people/${encodeURIComponent(named)}`);
    showKeys(found);
    return found;
  };

  /** @param {Person} found */
  function showKeys({ user, keys: items }) {
    /** @param {string} [resource] the session whose key is revoked; absent: all keys */
    const revoke = (resource) =>
      ask({
        title: t("revokeTitle"),
        text: h(
          "p",
          {},
          resource === undefined ? t("revokeAllText", { user }) : t("revokeText", { user, resource }),
        ),
        verb: t("revoke"),
        isDangerous: true,
        run: async () => {
          showDone(await post("keys/revoke", { user, resource }));
          await load();
        },
      });
    fill(
      keys,
      table({
        caption: t("keys"),
        items,
        empty: t("noKeys"),
        columns: [
          { title: t("resource"), isHeader: true, cell: ({ resource }) => resource },
          { title: t("issued"), cell: ({ issuedAt }) => timeOf(issuedAt) },
          {
            title: t("expires"),
            cell: ({ expiresAt, isExpired }) => (isExpired ? t("expired") : timeOf(expiresAt)),
          },
          {
            title: t("actions"),
            cell: ({ resource }) =>
              button(t("revoke"), () => revoke(resource), {
                class: "danger",
                "aria-label": t("revokeOne", { resource }),
              }),
          },
        ],
      }),
      items.length > 1 && button(t("revokeAll"), () => revoke(), { class: "danger" }),
    );
  }

  const { user, directory, vcard } = await load();
  const name = directory?.name ?? vcard?.name;
  if (name !== undefined && name !== null && name !== "") fill(heading, name);
  /** @type {[string, string][]} */
  const listed =
    directory === null
      ? [[t("directory"), t("notInDirectory")]]
      : [
          [t("name"), directory.name],
          [t("pinyin"), directory.pinyin],
          [t("department"), directory.department],
          [t("employed"), t(directory.isEmployed ? "yes" : "no")],
          [t("avatar"), directory.avatar],
        ];
  if (vcard !== null) {
    listed.push([t("vcard"), t("vcardUntil", { name: vcard.name ?? "–", time: dateTime(vcard.until) })]);
  }
  return [
    h("p", {}, h("a", { href: "#/people" }, t("backToPeople"))),
    facts([[t("address"), user], ...listed]),
    section(t("keys"), note(t("keysText")), keys),
  ];
}
