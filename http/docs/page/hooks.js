/** The page of a format of hooks: posts to the hook whose URL the reader enters, always on this server. */

const section = /** @type {HTMLElement} */ (document.querySelector("main > section[data-headers]"));
const answer = /** @type {Element} */ (section.querySelector("pre.answer"));
const address = /** @type {HTMLInputElement} */ (document.getElementById("address"));
const text = /** @type {HTMLTextAreaElement} */ (section.querySelector("textarea"));

section.querySelector("button")?.addEventListener("click", () => {
  post().catch((/** @type {unknown} */ error) => show([error]));
});

/** Posts the text, and shows the response and then the message's state until it is known. */
async function post() {
  const { pathname } = new URL(address.value.trim(), location.href);
  if (!pathname.startsWith("/hooks/")) {
    show(["…/hooks/ID/SECRET ?"]);
    return;
  }
  /** @type {unknown} */
  const given = JSON.parse(section.dataset.headers ?? "{}");
  const headers = /** @type {Record<string, string>} */ (given);
  const response = await fetch(pathname, { method: "POST", headers, body: text.value });
  const lines = [response.status, await response.text()];
  show(lines);
  const id = response.headers.get("x-qtalk-message-id");
  for (let left = 20; id !== null && left > 0; left--) {
    /** @type {unknown} */
    const status = await (await fetch(`${pathname}/messages/${id}`)).json();
    const { state, condition } = /** @type {{ state: string, condition?: string }} */ (status);
    show([...lines, condition === undefined ? state : `${state} (${condition})`]);
    if (state !== "queued") return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** @param {unknown[]} lines */
function show(lines) {
  answer.textContent = lines.join("\n");
}
