/** management/change_muc_opts: what it takes, and what it leaves as it is. */
import { componentWith } from "../talk.js";

describe("management/change_muc_opts", () => {
  const muc_domain = "conference.qtalk.test.org";
  const made = { muc_id: "r", muc_owner: "test", muc_domain };
  componentWith({}, { made, room: { muc: "r", domain: muc_domain } }).scenes(`
    takes texts, numbers and booleans, and leaves what is empty, null or missing
      POST create_muc $made = ok
      POST management/change_muc_opts $room {public: true, max_users: 9, forbidden_words: x} = ok
      POST management/get_muc_opts $room = 200 *"maxusers":9,*
      POST management/change_muc_opts $room {public: "", persistent: null, max_users: ""} = ok
      POST management/get_muc_opts $room = 200 *"maxusers":9,*
      POST management/change_muc_opts $room {max_users: "250"} = ok
      POST management/get_muc_opts $room = 200 *"maxusers":250,*
    refuses anything else
      POST create_muc $made = ok
      POST management/change_muc_opts $room {public: "yes"} = 1 public: expected "true" or "false"
      POST management/change_muc_opts $room {max_users: many} = 1 max_users: *
    names its own fields if the room can't be
      POST management/get_muc_opts {muc: r, domain: x.test} = 1 domain: "x.test" is not served here*
      POST management/get_muc_opts {muc: "a@b", domain: conference.qtalk.test.org} = 1 muc: *
  `);
});
