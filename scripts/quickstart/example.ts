/** The example of send_thirdmessage from section 1 of QTalk's interface document, with real addresses. */

const SENDER = "test1@qtalk.test.org";
const RECEIVER = "test2@qtalk.test.org";

export interface ExampleCall {
  readonly from: string;
  readonly to: string;
  readonly message: string;
}

export function exampleCall(from = SENDER, to = RECEIVER): ExampleCall {
  const id = "7aea7e1c7b544992ace3bdb4b3ab233271sd3ffsadfsad22";
  const text = "dddddddddddddddddddddddddddddddddddddddd";
  return {
    from,
    to,
    message: `<message xml:lang='en' from='${from}' to='${to}' type='chat'><body msgType='1' maType='3' id='${id}'>${text}</body></message>`,
  };
}
