/** The format of mails (http/mail/): the subject and the text. */
import { notificationFormat } from "./notification.js";

/** Prefixes of subjects that mean something failed, as from mdadm, smartd and cron. */
const FAILED = /(?<!\b(?:0|no|not)\s)\b(?:fail(?:ed|ure)?|error|degraded|critical|emergency)\b/i;

/** mdadm's events that lose redundancy, which are single words (Monitor.c). */
const DEGRADED = /^(?:FailSpare|DegradedArray|DeviceDisappeared) event on /;

export const mail = notificationFormat({
  name: "mail",
  knownBy: "mail to the component (smtp.listen)",
  isRetried: false,
  recognises: ({ mail }) => mail !== undefined,
  parse: ({ mail }) => ({
    title: mail?.subject ?? "",
    text: mail?.text ?? "",
    severity: FAILED.test(mail?.subject ?? "") || DEGRADED.test(mail?.subject ?? "") ? "critical" : "",
  }),
});
