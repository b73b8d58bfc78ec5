export interface EventReader {
  /** Takes the next piece of the text. */
  take(text: string): void;
  /** The text has ended: an event that no blank line closed counts too. */
  end(): void;
}

/**
 * Reads server-sent events from text that comes in pieces of any size; `onData` gets the data of each event (its data
 * lines joined by line feeds, as the HTML standard says). Comments, other fields and a byte-order mark are passed
 * over.
 */
export function eventReader(onData: (data: string) => void): EventReader {
  let rest: string[] = []; // pieces of a line that has not ended
  let begun = false;
  let data: string[] = [];
  const takeLine = (line: string) => {
    if (line === "") {
      if (data.length > 0) onData(data.join("\n"));
      data = [];
    } else if (line.startsWith("data:")) {
      data.push(line.slice(line[5] === " " ? 6 : 5));
    }
  };
  return {
    take(text) {
      const piece = begun ? text : text.replace(/^\uFEFF/, "");
      begun ||= text !== "";
      // A line that goes on for ever costs no more than its length: it is put together once, at its end.
      if (!/[\r\n]/.test(piece) && !(rest.at(-1) ?? "").endsWith("\r")) {
        rest.push(piece);
        return;
      }
      const whole = rest.join("") + piece;
      const held = whole.endsWith("\r") ? "\r" : "";
      const lines = whole.slice(0, whole.length - held.length).split(/\r\n|\n|\r/);
      rest = [(lines.pop() ?? "") + held];
      for (const line of lines) takeLine(line);
    },
    end() {
      takeLine(rest.join("").replace(/\r$/, ""));
      takeLine("");
      rest = [];
    },
  };
}
