/** Service discovery (XEP-0030) of the component itself; its features are those its handlers declare. */
import type { IqHandler, Router } from "../router.js";
import { StanzaError } from "../stanza-error.js";
import { NS, xml } from "../xml/builder.js";

export interface Identity {
  readonly category: string;
  readonly type: string;
  readonly name: string;
}

export function serviceInfo(router: Router, identity: Identity): IqHandler<"service"> {
  return {
    stanza: "iq",
    type: "get",
    target: "service",
    name: "query",
    ns: NS.discoInfo,
    feature: NS.discoInfo,
    handle({ payload }) {
      const { node } = payload.attrs;
      if (node !== undefined) throw new StanzaError("cancel", "item-not-found");
      const features = router.featuresOf("service").map((name) => xml("feature", { var: name }));
      return xml("query", NS.discoInfo, xml("identity", { ...identity }), ...features);
    },
  };
}
