/**
 * Returns the text fields of multipart/form-data (RFC 7578) without files; undefined if the body is invalid.
 * @param type the header Content-Type
 */
export function multipartFields(type: string, body: Buffer): ReadonlyMap<string, string> | undefined {
  const [, boundary] = /;\s*boundary="?([^\s";]{1,70})/i.exec(type) ?? [];
  if (boundary === undefined) return undefined;
  const [, ...parts] = `\r\n${body.toString()}`.split(`\r\n--${boundary}`);
  // The last part is the end of the body, which begins with two dashes.
  if (parts.pop()?.startsWith("--") !== true) return undefined;
  const fields = new Map<string, string>();
  for (const part of parts) {
    const end = part.indexOf("\r\n\r\n");
    const head = part.slice(0, Math.max(0, end));
    const [, name] = /; name="([^"]*)"/i.exec(head) ?? [];
    if (name !== undefined && !head.includes("filename=")) fields.set(name, part.slice(end + 4));
  }
  return fields;
}
