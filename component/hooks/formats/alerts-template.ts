/** The template for alerts of Alertmanager and Grafana (alerts.ts). */

const LABELS = (of: string): string =>
  `{% for label in ${of}labels %}{{ label.name }}={{ label.value }}{% unless forloop.last %}, {% endunless %}{% endfor %}{% if ${of}moreLabels > 0 %} and {{ ${of}moreLabels }} more{% endif %}`;

/** Begins with the state, as lists of chats show only the start; ends without a URL, as clients would preview it. */
export const ALERTS_TEMPLATE = `{%- if status == "resolved" %}{{ sign }} *{{ title }}* resolved: {{ resolved }}{% if duration != "" %}, after {{ duration }}{% endif %}{% if labels.size > 0 %} (${LABELS("")}){% endif %}
{%- else %}{{ sign }} *{{ title }}* {% if severity != "" %}{{ severity }}, {% endif %}firing: {{ firing }}{% if resolved > 0 %}, resolved: {{ resolved }}{% endif %}{% if since != "" %}, since {{ since }}{% endif %}
{% if message != "" %}{{ message }}
{% endif -%}
{%- if labels.size > 0 %}${LABELS("")}
{% endif -%}
{%- for link in links %}{{ link.url }} ({{ link.name }})
{% endfor -%}
{%- for alert in alerts %}•{% if alert.status != status %} ({{ alert.status }}){% endif %}{% if alert.text != "" %} {{ alert.text }}{% endif %}
{%- if alert.labels.size > 0 %} [${LABELS("alert.")}]{% endif -%}
{%- if alert.value != "" %} ({{ alert.value }}){% endif %}
{% if alert.description != "" %}  {{ alert.description }}
{% endif -%}
{%- endfor -%}
{%- if more > 0 %}… and {{ more }} more
{% endif -%}
{%- endif -%}
`;
