import { expect } from "chai";
import { SESSION_MS, Sessions } from "../../../http/console/sessions.js";

const ANN = { name: "ann", token: Buffer.from("a") };

describe("Sessions of the console", () => {
  it("are over after twelve hours, and when they are ended", () => {
    const sessions = new Sessions();
    const [one, other] = [sessions.begin(ANN, 1), sessions.begin(ANN, 1)];
    expect(sessions.find(one, SESSION_MS)?.operator).to.equal(ANN);
    expect(sessions.find(one, SESSION_MS + 1)).to.equal(undefined);
    sessions.end(one);
    expect(sessions.find(one, 2)).to.equal(undefined);
    expect(sessions.find(other, 2)?.expiresAt).to.equal(SESSION_MS + 1);
    expect(sessions.find("guess", 2)).to.equal(undefined);
  });

  it("are bounded in number: the oldest goes, and those that are over go first", () => {
    const sessions = new Sessions();
    const ids = Array.from({ length: 1000 }, (_, at) => sessions.begin(ANN, at));
    const newest = sessions.begin(ANN, 1000);
    expect(ids.map((id) => sessions.find(id, 1000) !== undefined).indexOf(true)).to.equal(1);
    sessions.begin(ANN, SESSION_MS + 500);
    expect(sessions.find(ids[500] ?? "", 1000)).to.equal(undefined);
    expect(sessions.find(ids[501] ?? "", 1000)).not.to.equal(undefined);
    expect(sessions.find(newest, 1000)).not.to.equal(undefined);
  });
});
