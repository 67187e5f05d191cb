/** The hash that stands for what an entity says of itself (XEP-0115 §5.1): clients that know it need not ask. */
import { hash } from "node:crypto";
import { NS, type Element } from "../../xml/builder.js";

/** @param info a <query/> of disco#info, whose forms each have a FORM_TYPE @returns SHA-1 in base64 */
export function verificationOf(info: Element): string {
  const identities = info.getChildren("identity").map(({ attrs }) => {
    const { category = "", type = "", name = "" } = attrs;
    return `${category}/${type}/${attrs["xml:lang"] ?? ""}/${name}`;
  });
  const features = info.getChildren("feature").map(({ attrs }) => attrs.var ?? "");
  const forms = info.getChildren("x", NS.data).map(partsOf);
  forms.sort(([one = ""], [other = ""]) => byOctets(one, other));
  const parts = [...identities.sort(byOctets), ...features.sort(byOctets), ...forms.flat()];
  return hash("sha1", parts.map((part) => `${part}<`).join(""), "base64");
}

/** A form's type, then each field's name and its values. */
function partsOf(form: Element): string[] {
  const fields = form.getChildren("field").map((field) => ({
    name: field.attrs.var ?? "",
    values: field.getChildren("value").map((value) => value.getText()),
  }));
  const type = fields.find(({ name }) => name === "FORM_TYPE")?.values[0] ?? "";
  const others = fields.filter(({ name }) => name !== "FORM_TYPE");
  others.sort((one, other) => byOctets(one.name, other.name));
  return [type, ...others.flatMap(({ name, values }) => [name, ...values.sort(byOctets)])];
}

/** The collation i;octet. */
function byOctets(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
