/** What the doctor says of the service to which files of posts are uploaded (XEP-0363), on real servers. */
import { onEachServer } from "../../support/servers.js";
import { DOMAIN, HOST, play } from "./visit.js";

const SERVICE = `upload.${HOST}`;

describe("The doctor, of the upload service", () => {
  for (const isOpen of [true, false])
    onEachServer(
      (stage) =>
        play(
          stage,
          isOpen
            ? `
      it has tried a slot
      ✔ files of posts to hooks can be uploaded to ${SERVICE}, of … bytes at most

      it asks for none if files are turned off
      with hooks: {files_mb: 0}
      ✔ files of posts to hooks are only named (hooks.files_mb)`
            : `
      it names the lines that permit it to the component
      ! files of posts to hooks are only named: the upload service ${SERVICE} refuses the component (forbidden): permit it
      ejabberd: mod_http_upload:
      ejabberd: access: uploaders
      prosody: http_file_share_access = { "${DOMAIN}" }
      With hooks.url, the component serves files itself.

      it says that the component serves files then
      with hooks: {url: "https://im.example.org"}
      ✔ files of posts to hooks are served below hooks.url: the upload service ${SERVICE} refuses`,
        ),
      { components: [{ domain: DOMAIN }], modules: { upload: { domain: SERVICE, isOpen } } },
    );

  onEachServer(
    (stage) =>
      play(
        stage,
        `
      it says that there is none
      ✔ files of posts to hooks are only named: the server has no upload service (XEP-0363)`,
      ),
    { components: [{ domain: DOMAIN }] },
  );
});
