/** A call of send_thirdmessage like the one in section 1 of QTalk's interface document, with a readable text. */

const SENDER = "test1@qtalk.test.org";
const RECEIVER = "test2@qtalk.test.org";

export interface ExampleCall {
  readonly from: string;
  readonly to: string;
  readonly message: string;
}

export function exampleCall(from = SENDER, to = RECEIVER): ExampleCall {
  const id = "backup-of-db1";
  const text = "The nightly backup of db1 is done.";
  return {
    from,
    to,
    message: `<message xml:lang='en' from='${from}' to='${to}' type='chat'><body msgType='1' maType='3' id='${id}'>${text}</body></message>`,
  };
}
