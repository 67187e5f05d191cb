/**
 * Hands a stream's text on through its last ">" so far, and keeps the rest until more has come. The parser (ltx) looks
 * for the next tag anew from each character of a text whose end isn't there yet: 200 KiB of it, as servers send them in
 * one write, took it 70 ms; whole they take less than one. Servers escape ">" wherever it isn't a tag's end.
 */
export class TagBuffer {
  #rest = "";

  /** @returns what can be read now; "" where that is nothing */
  push(text: string): string {
    const end = text.lastIndexOf(">") + 1;
    if (end === 0) {
      this.#rest += text;
      return "";
    }
    const whole = this.#rest + text.slice(0, end);
    this.#rest = text.slice(end);
    return whole;
  }
}
