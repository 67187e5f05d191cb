/** The format of Home Assistant's RESTful notifications, with the extra fields `image` and `url`. */
import { textOf, urlOf } from "./fields.js";
import { headerIn, type Format } from "./format.js";

/** The title that Home Assistant sends if a notification has none. */
const NO_TITLE = "Home Assistant";

export const homeAssistant: Format = {
  name: "home-assistant",
  knownBy: "JSON with message from a program HomeAssistant",
  isRetried: false,
  recognises: ({ json, headers }) =>
    headerIn(headers, ["user-agent"])?.startsWith("HomeAssistant/") === true &&
    textOf(json?.value, "message") !== "",
  read: ({ json }) => {
    const title = textOf(json?.value, "title");
    const message = textOf(json?.value, "message");
    return {
      view: { title: title === NO_TITLE ? "" : title, message, url: urlOf(json?.value, "url") },
      image: urlOf(json?.value, "image") || undefined,
    };
  },
  template: `{% if title != "" %}{{ title }}
{% endif -%}
{{ message }}
{%- if url != "" %} ({{ url }}){% endif %}
`,
};
