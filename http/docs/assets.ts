/** The style sheet and script of the pages at /docs. */

export const STYLE = `:root {
  color-scheme: light dark;
  --line: #8886;
  --shade: #8881;
  --link: #0550ae;
  background: Canvas;
}
* { box-sizing: border-box; }
body {
  display: grid;
  grid-template: "header header" auto "nav main" 1fr / 15rem minmax(0, 1fr);
  column-gap: 2.5rem;
  max-width: 76rem;
  margin: 0 auto;
  padding: 0 1.2rem;
  font: 16px/1.6 system-ui, sans-serif;
  overflow-wrap: break-word;
}
header { grid-area: header; display: flex; gap: 1.5rem; justify-content: flex-end; padding: .8rem 0; }
main { grid-area: main; padding-bottom: 4rem; }
nav {
  grid-area: nav;
  position: sticky;
  top: 0;
  align-self: start;
  max-height: 100vh;
  overflow-y: auto;
  padding: .2rem .3rem 2rem;
  font-size: .9rem;
  overflow-wrap: anywhere;
}
nav h2 { font-size: .8rem; margin: 1.2rem 0 .2rem; opacity: .75; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav ul ul { margin: .1rem 0 .4rem; padding-left: .8rem; border-left: 2px solid var(--line); }
nav a { display: block; padding: .15rem 0; text-decoration: none; }
a { color: var(--link); }
[aria-current] { font-weight: 600; }
.skip:not(:focus) { position: absolute; clip-path: inset(50%); }
h1, h2, h3 { line-height: 1.25; }
main h1 { margin-top: 0; }
main h2 { margin-top: 2.2rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
img { max-width: 100%; height: auto; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; vertical-align: top; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
code, pre, textarea { font: .875em/1.5 ui-monospace, monospace; }
code { background: var(--shade); padding: .1em .3em; border-radius: .3em; }
pre { background: var(--shade); padding: .8rem 1rem; border-radius: .4rem; overflow-x: auto; }
pre code { background: none; padding: 0; font-size: 1em; }
textarea { width: 100%; min-height: 8rem; margin-top: 1rem; padding: .6rem; field-sizing: content; }
input, button { font: inherit; }
button { padding: .3rem 1.2rem; }
pre.answer { white-space: pre-wrap; overflow-wrap: anywhere; }
pre.answer:empty, pre.curl:empty { display: none; }
@media (prefers-color-scheme: dark) {
  :root { --link: #79b8ff; }
}
@media (max-width: 50rem) {
  :root { scroll-padding-top: 4rem; }
  body { display: block; font-size: 17px; }
  header { position: sticky; top: 0; justify-content: space-between; background: Canvas; }
  .skip:not(:focus) { position: static; clip-path: none; }
  nav { position: static; max-height: none; padding-bottom: 4rem; border-top: 1px solid var(--line); font-size: 1rem; }
  nav a { padding: .4rem 0; }
}
`;

/** The script of the page of calls, which sends a request or shows it as a curl command. */
export const SCRIPT = `"use strict";
const quote = (text) => "'" + text.replaceAll("'", "'\\\\''") + "'";
for (const section of document.querySelectorAll("main > section[data-path]")) {
  const { method, path } = section.dataset;
  const text = section.querySelector("textarea");
  const answer = section.querySelector("pre.answer");
  const curl = section.querySelector("pre.curl");
  const tokenOf = () => document.getElementById("token").value;
  const target = () => path + (method === "GET" ? "?" + new URLSearchParams(JSON.parse(text.value)) : "");
  section.querySelector("button").addEventListener("click", async () => {
    const headers = tokenOf() === "" ? {} : { authorization: "Bearer " + tokenOf() };
    try {
      const body = method === "GET" ? undefined : text.value;
      const response = await fetch(target(), { method, headers, body });
      const lines = [response.status, ...[...response.headers].map((header) => header.join(": ")), ""];
      answer.textContent = [...lines, await response.text()].join("\\n");
    } catch (error) {
      answer.textContent = String(error);
    }
  });
  section.querySelector("button.copy").addEventListener("click", () => {
    try {
      curl.textContent = [
        "curl " + quote(location.origin + target()),
        ...(tokenOf() === "" ? [] : ['-H "Authorization: Bearer $TOKEN"']),
        ...(method === "GET" ? [] : ["-H 'Content-Type: application/json'", "-d " + quote(text.value)]),
      ].join(" \\\\\\n  ");
    } catch (error) {
      curl.textContent = String(error);
    }
    getSelection().selectAllChildren(curl);
    void navigator.clipboard?.writeText(curl.textContent);
  });
}
`;
