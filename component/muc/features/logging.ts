/**
 * Public logging (XEP-0045 §7.2.12): whether those inside are told that what they say can be read by everybody. It
 * says nothing of the archive for those who may enter, which many private rooms keep.
 */
import type { Feature } from "./feature.js";

export const logging: Feature = {
  entryCode: ({ options }) => (options.logged ? 170 : undefined),
  coded: { option: "logged", code: ({ logged }) => (logged ? 170 : 171) },
};
