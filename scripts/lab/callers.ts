/** The configuration with which tests, measurements and demonstrations open the component's HTTP interface. */

/** A caller by the address of this machine, with the rights to send and to manage rooms in everybody's name. */
export const ANYBODY = {
  name: "anybody",
  addresses: ["127.0.0.0/8", "::1"],
  senders: ["*"],
  rooms: ["*"],
};

/** Keys of the section http: programs of this machine may call and read the metrics. */
export const OPEN = { callers: [ANYBODY], metrics_local: true };
