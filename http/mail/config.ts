/** The schema of the configuration's section `smtp`, from which the guide's reference is generated. */
import { z } from "zod";
import { count } from "../../component/config-values.js";
import { parseListen, type Listen } from "../listen.js";

export const smtpConfig = z
  .strictObject({
    listen: z
      .string()
      .transform((text, context): Listen => {
        const listen = parseListen(text);
        if (listen !== undefined) return listen;
        context.addIssue({ code: "custom", message: "must be ADDRESS:PORT, such as 127.0.0.1:2525" });
        return z.NEVER;
      })
      .optional()
      .describe("address and port for mail to hooks, such as 127.0.0.1:2525 (default: no mail is taken)"),
    message_bytes: count(1024, 1024 ** 2).describe("maximum size of a mail with its attachments, in bytes"),
    max_connections: count(1, 20).describe("maximum connections for mail at a time"),
    certificate: z
      .string()
      .min(1)
      .optional()
      .describe("file with the certificate for STARTTLS, in PEM (default: no STARTTLS)"),
    key: z.string().min(1).optional().describe("file with the certificate's private key, in PEM"),
  })
  .refine(({ certificate, key }) => (certificate === undefined) === (key === undefined), {
    message: "certificate and key must be set together",
    path: ["certificate"],
  });

export type SmtpConfig = z.output<typeof smtpConfig>;
