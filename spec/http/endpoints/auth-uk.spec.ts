/** auth_uk: wrong keys are slowed for whoever tries them, and for nobody else. */
import { expect } from "chai";
import { KeyThrottle } from "../../../component/people/key-throttle.js";
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";

describe("auth_uk", () => {
  it("holds back the answers to an address that guesses, not those to others", async () => {
    const keyThrottle = new KeyThrottle({ freePerUser: 100, freePerAddress: 1, firstDelay: 8_000 });
    const config = { proxies: ["127.0.0.1"], callers: [{ ...EVERYBODY, addresses: ["192.0.2.0/24"] }] };
    const called = await CalledComponent.open({ config, context: { keyThrottle } });
    const guess = async (user: string, address: string): Promise<string> => {
      const headers = { "x-forwarded-for": address };
      return (await called.http.request(`/qtalk/auth_uk?u=${user}&k=1`, { headers })).text;
    };
    const fail = '{"ret":false,"errcode":1,"errmsg":"auth fail"}';
    expect(await guess("a", "192.0.2.1")).to.equal(fail);
    let isHeld = true;
    const held = guess("b", "192.0.2.1").then(
      () => (isHeld = false),
      () => undefined,
    );
    expect(await guess("c", "192.0.2.2")).to.equal(fail);
    expect(isHeld).to.equal(true);
    await called.close();
    await held;
  });
});
