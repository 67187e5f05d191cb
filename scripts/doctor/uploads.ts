/** Checks where the component can put the files of posts to hooks: it tries a slot of the server's upload service (XEP-0363). */
import { noSlotReason, slotIn, slotRequest } from "../../component/hooks/files/upload-service.js";
import { findService, limitIn } from "../../component/probes/service-discovery.js";
import { NS } from "../../component/xml/builder.js";
import type { Config } from "../config/sections.js";
import { doubtful, fine, untried, type Finding } from "./finding.js";
import * as remedies from "./remedies.js";
import type { Probe } from "./session.js";

const WAIT_MS = 3_000;

export const uploads: Probe = async ({ session, config, answering }) => {
  const { domain } = session;
  if (config.hooks.files_mb === 0) return fine("files of posts to hooks are only named (hooks.files_mb)");
  if (answering.length === 0) return untried("the upload service: no host answers requests");
  const wanted = { own: domain, feature: NS.upload, timeout: WAIT_MS };
  const found = await Promise.all(answering.map((host) => findService(session.requests, host, wanted)));
  const service = found.find((each) => typeof each === "object");
  if (service === undefined)
    return found.includes("unknown")
      ? untried("the upload service: not each service of the server answers")
      : notUploaded("the server has no upload service (XEP-0363)", config);
  const answer = await session.ask(service.jid, slotRequest("qtalk-component-doctor.txt", 1, "text/plain"));
  if (slotIn(answer) === undefined)
    return notUploaded(`the upload service ${service.jid} ${noSlotReason(answer)}`, config, domain);
  const most = limitIn(service, NS.upload, "max-file-size") ?? Infinity;
  const limit = most === Infinity ? "" : `, of ${most} bytes at most`;
  return fine(`files of posts to hooks can be uploaded to ${service.jid}${limit}`);
};

/** Returns the finding that files can't be uploaded. @param domain the component's, if the server must permit uploads */
export function notUploaded(reason: string, { hooks }: Pick<Config, "hooks">, domain?: string): Finding {
  const lines = domain === undefined ? [] : [remedies.uploadAccess(domain)];
  if (hooks.url !== undefined)
    return fine(`files of posts to hooks are served below hooks.url: ${reason}`, ...lines);
  const text = `files of posts to hooks are only named: ${reason}`;
  const todo = [...lines, "With hooks.url, the component serves files itself."];
  return domain === undefined ? fine(text, ...todo) : doubtful(text, ...todo);
}
