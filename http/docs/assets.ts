/** The style sheet and script of the pages at /docs. */

export const STYLE = `:root { --shade: #8881; }
* { box-sizing: border-box; }
body {
  display: grid;
  grid-template: "header header" auto "nav main" 1fr / 15rem minmax(0, 1fr);
  min-height: 100vh;
  margin: 0;
  background: var(--page);
  color: var(--text);
  font: 16px/1.6 system-ui, "Noto Sans CJK SC", sans-serif;
  overflow-wrap: break-word;
}
header { grid-area: header; display: flex; flex-wrap: wrap; align-items: center; gap: .4rem 1.5rem; padding: .6rem 1.2rem; background: var(--panel); border-bottom: 1px solid var(--line); }
.brand { font-weight: 600; text-decoration: none; }
form[role=search] { position: relative; flex: 1; max-width: 32rem; margin-left: auto; }
form[role=search] input { width: 100%; padding: .3rem .7rem; border: 1px solid var(--edge); border-radius: .4rem; background: var(--page); color: var(--text); }
form[role=search] ul { position: absolute; z-index: 2; inset: 2.3rem 0 auto; max-height: 70vh; overflow-y: auto; list-style: none; margin: 0; padding: .3rem; background: var(--panel); border: 1px solid var(--edge); border-radius: .4rem; }
form[role=search] li a, .home a { display: block; padding: .4rem .6rem; text-decoration: none; color: var(--text); }
form[role=search] li a:is(:hover, :focus) { background: var(--shade); }
form[role=search] li span, .home span { display: block; color: var(--soft); font-size: .9em; }
form[role=search] small { margin-left: .6rem; color: var(--soft); }
main { grid-area: main; max-width: 60rem; padding: 1.5rem 1.2rem 4rem; }
.home { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .8rem; list-style: none; padding: 0; }
.home li { background: var(--panel); border: 1px solid var(--line); border-radius: .4rem; }
.home strong { color: var(--accent); }
nav {
  grid-area: nav;
  position: sticky;
  top: 0;
  align-self: start;
  max-height: 100vh;
  overflow-y: auto;
  padding: .2rem .8rem 2rem;
  font-size: .9rem;
  overflow-wrap: anywhere;
}
nav h2 { font-size: .8rem; margin: 1.2rem 0 .2rem; color: var(--soft); }
nav ul { list-style: none; margin: 0; padding: 0; }
nav ul ul { margin: .1rem 0 .4rem; padding-left: .8rem; border-left: 2px solid var(--line); }
nav a { display: block; padding: .15rem 0; text-decoration: none; }
a { color: var(--accent); }
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
@media (max-width: 50rem) {
  :root { scroll-padding-top: 4rem; }
  body { display: block; font-size: 17px; }
  header { position: sticky; top: 0; z-index: 1; justify-content: space-between; }
  .skip:not(:focus) { position: static; clip-path: none; }
  form[role=search] { order: 1; flex: 1 0 100%; max-width: none; }
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
