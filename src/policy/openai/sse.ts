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
  let rest = "";
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
      rest += begun || text === "" ? text : text.replace(/^\uFEFF/, "");
      begun ||= text !== "";
      const held = rest.endsWith("\r") ? "\r" : "";
      const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
      rest = (lines.pop() ?? "") + held;
      for (const line of lines) takeLine(line);
    },
    end() {
      takeLine(rest.replace(/\r$/, ""));
      takeLine("");
      rest = "";
    },
  };
}
