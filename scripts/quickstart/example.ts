/** The interface document's own example of send_thirdmessage (§1), word for word but for the addresses it masks. */

const SENDER = "test1@qtalk.test.org";
const RECEIVER = "test2@qtalk.test.org";

export interface ExampleCall {
  readonly from: string;
  readonly to: string;
  readonly message: string;
}

/** @param to who is written to, where it isn't the document's test2 */
export function exampleCall(from = SENDER, to = RECEIVER): ExampleCall {
  const id = "7aea7e1c7b544992ace3bdb4b3ab233271sd3ffsadfsad22";
  const text = "dddddddddddddddddddddddddddddddddddddddd";
  return {
    from,
    to,
    message: `<message xml:lang='en' from='${from}' to='${to}' type='chat'><body msgType='1' maType='3' id='${id}'>${text}</body></message>`,
  };
}
