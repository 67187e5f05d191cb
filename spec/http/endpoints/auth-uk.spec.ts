/** auth_uk: guesses of keys are slowed down, and nothing else is. */
import { expect } from "chai";
import type { OperationContext } from "../../../component/operations/context.js";
import { KeyThrottle } from "../../../component/people/key-throttle.js";
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";

const FAIL = '{"ret":false,"errcode":1,"errmsg":"auth fail"}';
const GOOD = '{"ret":true,"errcode":0,"errmsg":"success"}';

describe("auth_uk", () => {
  let called: CalledComponent;
  const pending: Promise<unknown>[] = [];
  const config = { proxies: ["127.0.0.1"], callers: [{ ...EVERYBODY, addresses: ["192.0.2.0/24"] }] };
  const keys: OperationContext["keys"] = {
    judge: (_, key) => (key === "1" ? "good" : key === "2" ? "expired" : "wrong"),
    revoke: () => 0,
  };
  const open = async (limits: { freePerUser: number; freePerAddress: number }): Promise<void> => {
    const keyThrottle = new KeyThrottle({ ...limits, firstDelay: 8_000 });
    called = await CalledComponent.open({ config, context: { keyThrottle, keys } });
  };
  afterEach(async () => {
    await called.close();
    await Promise.all(pending.splice(0));
  });
  const check = async (u: string, k: string, address = "192.0.2.1"): Promise<string> => {
    const path = `/qtalk/auth_uk?u=${u}&k=${k}`;
    return (await called.http.request(path, { headers: { "x-forwarded-for": address } })).text;
  };
  /** Makes a call whose response must be delayed while `others` are made. */
  const isDelayed = async (call: Promise<string>, others: () => Promise<void>): Promise<void> => {
    let isOver = false;
    pending.push(call.catch(() => undefined).finally(() => (isOver = true)));
    await others();
    expect(isOver).to.equal(false);
  };

  it("delays wrong keys of the address that guesses, but right keys and other addresses never", async () => {
    await open({ freePerUser: 100, freePerAddress: 1 });
    expect(await check("a", "guess")).to.equal(FAIL);
    await isDelayed(check("b", "guess"), async () => {
      expect(await check("c", "guess", "192.0.2.2")).to.equal(FAIL);
      expect(await check("b", "1")).to.equal(GOOD);
    });
  });

  it("delays wrong keys of one user, from whatever address, until the user shows the right one", async () => {
    await open({ freePerUser: 1, freePerAddress: 100 });
    expect(await check("a", "guess", "192.0.2.1")).to.equal(FAIL);
    expect(await check("a", "1", "192.0.2.1")).to.equal(GOOD);
    expect(await check("a", "guess", "192.0.2.2")).to.equal(FAIL);
    await isDelayed(check("a@qtalk.test.org", "guess", "192.0.2.3"), async () => {
      expect(await check("b", "guess", "192.0.2.3")).to.equal(FAIL);
    });
  });

  it("doesn't count expired keys as guesses", async () => {
    await open({ freePerUser: 1, freePerAddress: 1 });
    for (let i = 0; i < 5; i++) expect(await check("a", "2")).to.equal(FAIL);
    expect(await check("a", "guess")).to.equal(FAIL);
  });
});
