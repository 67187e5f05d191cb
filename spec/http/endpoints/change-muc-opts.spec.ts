/** management/change_muc_opts: what it takes, and what it leaves as it is. */
import { componentWith } from "../talk.js";
import { program } from "../../plays/program.js";

describe("management/change_muc_opts", () => {
  const muc_domain = "conference.qtalk.test.org";
  const made = { muc_id: "r", muc_owner: "test", muc_domain };
  componentWith({}).scenes({
    "takes texts, numbers and booleans, and leaves what is empty, null or missing": [
      program.POST`create_muc ${made} = ok`,
      program.POST`management/change_muc_opts ${{ muc: "r", domain: muc_domain }} {public: true, max_users: 9, forbidden_words: x} = ok`,
      program.POST`management/get_muc_opts ${{ muc: "r", domain: muc_domain }} = 200 *"maxusers":9,*`,
      program.POST`management/change_muc_opts ${{ muc: "r", domain: muc_domain }} {public: "", persistent: null, max_users: ""} = ok`,
      program.POST`management/get_muc_opts ${{ muc: "r", domain: muc_domain }} = 200 *"maxusers":9,*`,
      program.POST`management/change_muc_opts ${{ muc: "r", domain: muc_domain }} {max_users: "250"} = ok`,
      program.POST`management/get_muc_opts ${{ muc: "r", domain: muc_domain }} = 200 *"maxusers":250,*`,
    ],

    "refuses anything else": [
      program.POST`create_muc ${made} = ok`,
      program.POST`management/change_muc_opts ${{ muc: "r", domain: muc_domain }} {public: "yes"} = 1 public: expected "true" or "false"`,
      program.POST`management/change_muc_opts ${{ muc: "r", domain: muc_domain }} {max_users: many} = 1 max_users: *`,
    ],

    "names its own fields if the room can't be": [
      program.POST`management/get_muc_opts {muc: r, domain: x.test} = 1 domain: "x.test" is not served here*`,
      program.POST`management/get_muc_opts {muc: "a@b", domain: conference.qtalk.test.org} = 1 muc: *`,
    ],
  });
});
