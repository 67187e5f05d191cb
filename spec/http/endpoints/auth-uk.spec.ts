/** auth_uk: guesses of keys are slowed down, and nothing else is. */
import { expect } from "chai";
import type { OperationContext } from "../../../component/operations/context.js";
import { KeyThrottle } from "../../../component/people/key-throttle.js";
import { CalledComponent, EVERYBODY } from "../../support/called-component.js";

const FAIL = '{"ret":false,"errcode":1,"errmsg":"auth fail"}';
/** Milliseconds: the delay of a guess, and the longest that other calls may take. */
const DELAY = 12_000;
const PROMPT = 8_000;
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
    const [user, address] = [limits.freePerUser, limits.freePerAddress].map((burst) => ({
      burst,
      perSecond: 0.01,
    }));
    const keyThrottle = new KeyThrottle(user, address, { longest: DELAY, held: 100 });
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
  /** Makes a call that mustn't be delayed. */
  const checkNow = async (...call: Parameters<typeof check>): Promise<string> => {
    const started = performance.now();
    const text = await check(...call);
    expect(performance.now() - started).to.be.lessThan(PROMPT);
    return text;
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
    expect(await checkNow("a", "guess")).to.equal(FAIL);
    await isDelayed(check("b", "guess"), async () => {
      expect(await checkNow("c", "guess", "192.0.2.2")).to.equal(FAIL);
      expect(await checkNow("b", "1")).to.equal(GOOD);
    });
  });

  it("delays wrong keys of one user, from whatever address, but never the right one", async () => {
    await open({ freePerUser: 1, freePerAddress: 100 });
    expect(await checkNow("a", "guess", "192.0.2.1")).to.equal(FAIL);
    await isDelayed(check("a@qtalk.test.org", "guess", "192.0.2.2"), async () => {
      expect(await checkNow("a", "1", "192.0.2.1")).to.equal(GOOD);
      expect(await checkNow("b", "guess", "192.0.2.3")).to.equal(FAIL);
    });
  });

  it("doesn't count expired keys as guesses", async () => {
    await open({ freePerUser: 1, freePerAddress: 1 });
    for (let i = 0; i < 5; i++) expect(await checkNow("a", "2")).to.equal(FAIL);
    expect(await checkNow("a", "guess")).to.equal(FAIL);
  });
});
