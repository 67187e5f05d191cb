/** People: those of the directory, and what is known of one. */
/** @import { ListedPerson, Person } from "../types.js" */
/** @import { ScreenContext } from "../screen.js" */
import { get, post } from "../api.js";
import { ask } from "../dialog.js";
import { fill, h } from "../dom.js";
import { dateTime } from "../format.js";
import { pagedList, searchField } from "../list.js";
import { told } from "../notice.js";
import { table } from "../table.js";
import { timeOf } from "../time.js";
import { t } from "../words.js";

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
      { title: t("worksHere"), cell: ({ isEmployed }) => t(isEmployed ? "yes" : "no") },
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
  function showKeys({ user, keys: given }) {
    const revoke = async (/** @type {string | undefined} */ resource) => {
      await ask({
        title: t("revokeTitle"),
        text: h(
          "p",
          {},
          t(resource === undefined ? "revokeAllText" : "revokeText", { user, resource: resource ?? "" }),
        ),
        verb: t("revoke"),
        isDangerous: true,
        run: async () => {
          told(await post("keys/revoke", { user, resource }));
          await load();
        },
      });
    };
    fill(
      keys,
      table({
        caption: t("keys"),
        items: given,
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
              h(
                "button",
                {
                  type: "button",
                  class: "danger",
                  "aria-label": t("revokeOne", { resource }),
                  onclick: () => void revoke(resource),
                },
                t("revoke"),
              ),
          },
        ],
      }),
      given.length > 1 &&
        h(
          "button",
          { type: "button", class: "danger", onclick: () => void revoke(undefined) },
          t("revokeAll"),
        ),
    );
  }

  const { user, directory, vcard } = await load();
  const name = directory?.name ?? vcard?.name;
  if (name !== undefined && name !== null && name !== "") fill(heading, name);
  const facts = [
    [t("address"), user],
    ...(directory === null
      ? [[t("directory"), t("notInDirectory")]]
      : [
          [t("name"), directory.name],
          [t("pinyin"), directory.pinyin],
          [t("department"), directory.department],
          [t("worksHere"), t(directory.isEmployed ? "yes" : "no")],
          [t("avatar"), directory.avatar],
        ]),
    ...(vcard === null
      ? []
      : [[t("vcard"), t("vcardUntil", { name: vcard.name ?? "–", time: dateTime(vcard.until) })]]),
  ];
  return [
    h("p", {}, h("a", { href: "#/people" }, t("backToPeople"))),
    h(
      "dl",
      { class: "facts" },
      facts.map(([term, text]) => h("div", {}, h("dt", {}, term), h("dd", {}, text === "" ? "–" : text))),
    ),
    h("h2", {}, t("keys")),
    h("p", { class: "soft" }, t("keysText")),
    keys,
  ];
}
