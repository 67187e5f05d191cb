/** The page of calls: sends a request, or shows it as a curl command. */

for (const section of document.querySelectorAll("main > section[data-path]")) calls(section);

/** @param {Element} section */
function calls(section) {
  const { method = "", path = "" } = /** @type {HTMLElement} */ (section).dataset;
  const text = /** @type {HTMLTextAreaElement} */ (section.querySelector("textarea"));
  const answer = /** @type {Element} */ (section.querySelector("pre.answer"));
  const curl = /** @type {Element} */ (section.querySelector("pre.curl"));
  const isGet = method === "GET";
  const target = () => path + (isGet ? `?${queryOf(text.value)}` : "");
  const send = async () => {
    const headers = token() === "" ? {} : { authorization: `Bearer ${token()}` };
    const response = await fetch(target(), { method, headers, body: isGet ? null : text.value });
    const lines = [response.status, ...[...response.headers].map((header) => header.join(": ")), ""];
    return [...lines, await response.text()].join("\n");
  };

  section.querySelector("button")?.addEventListener("click", () => {
    void send()
      .catch(String)
      .then((shown) => (answer.textContent = shown));
  });
  section.querySelector("button.copy")?.addEventListener("click", () => {
    try {
      curl.textContent = [
        `curl ${quoted(location.origin + target())}`,
        ...(token() === "" ? [] : ['-H "Authorization: Bearer $TOKEN"']),
        ...(isGet ? [] : ["-H 'Content-Type: application/json'", `-d ${quoted(text.value)}`]),
      ].join(" \\\n  ");
    } catch (error) {
      curl.textContent = String(error);
    }
    getSelection()?.selectAllChildren(curl);
    // Only pages from this machine or by HTTPS have a clipboard.
    if (isSecureContext) void navigator.clipboard.writeText(curl.textContent);
  });
}

function token() {
  return /** @type {HTMLInputElement} */ (document.getElementById("token")).value;
}

/** Returns the arguments, a JSON object, as a query. @param {string} json */
function queryOf(json) {
  /** @type {unknown} */
  const fields = JSON.parse(json);
  return new URLSearchParams(/** @type {Record<string, string>} */ (fields)).toString();
}

/** Quotes a word for the shell. @param {string} text */
function quoted(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
