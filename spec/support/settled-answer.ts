/** What a test lets something answer that never rejects. */
import { settled, type Settled } from "../../component/settled.js";

/** Makes an answer. @throws in the test, later, if the answer is a promise that rejects */
export const settledAnswer = <T>(answer: T | Promise<T>): Settled<T> =>
  settled<T>(
    () => answer,
    (error) => {
      throw error;
    },
  );
