/** The format of Home Assistant's RESTful notifications, with the extra fields `image` and `url`. */
import { textAt, urlAt } from "./fields.js";
import { headerIn, jsonSample, type Format } from "./format.js";

/** The title that Home Assistant sends if a notification has none. */
const NO_TITLE = "Home Assistant";

export const homeAssistant: Format = {
  name: "home-assistant",
  knownBy: "JSON with message from a program HomeAssistant",
  isRetried: false,
  recognises: ({ json, headers }) =>
    headerIn(headers, ["user-agent"])?.startsWith("HomeAssistant/") === true &&
    textAt(json?.value, "message") !== "",
  read: ({ json }) => {
    const title = textAt(json?.value, "title");
    const image = urlAt(json?.value, "image");
    return {
      view: {
        title: title === NO_TITLE ? "" : title,
        message: textAt(json?.value, "message"),
        url: urlAt(json?.value, "url"),
      },
      ...(image !== "" && { image }),
    };
  },
  sample: jsonSample(
    {
      message: "The washing machine has finished.",
      title: "Laundry",
      url: "https://home.example.org/lovelace/laundry",
      image: "",
    },
    { "user-agent": "HomeAssistant/2026.1.0 httpx/0.28.1 Python/3.13" },
  ),
  template: `{% if title != "" %}*{{ title }}*
{% endif -%}
{{ message }}
{%- if url != "" %} ({{ url }}){% endif %}
`,
  variables: { title: [], message: [], url: [] },
  command: "qtalk-component hook add home --to family --format home-assistant --title Home",
  setting: `notify:
  - name: family
    platform: rest
    resource: ADDRESS
    method: POST_JSON
    title_param_name: title
    data:
      image: "{{ (data | default({})).image | default('') }}"
      url: "{{ (data | default({})).url | default('') }}"`,
  words: {
    en: {
      title: "Home Assistant",
      about: "Home Assistant's RESTful notifications with the method POST_JSON.",
      where: "In configuration.yaml; automations then call the action notify.family:",
      becomes: "The title and the message, with the fields url and image of the notification's data.",
    },
    zh: {
      title: "Home Assistant",
      about: "Home Assistant 的 RESTful 通知，方法为 POST_JSON。",
      where: "在 configuration.yaml 中填写；自动化中调用动作 notify.family：",
      becomes: "标题和消息，以及通知的 data 中的 url 和 image。",
    },
  },
};
