/**
 * Reads server-sent events from text that comes in pieces of any size; `onData` gets the data of each event (its data
 * lines joined by line feeds, as the HTML standard says). Comments and other fields are passed over.
 */
export function eventReader(onData: (data: string) => void): (text: string) => void {
  let rest = "";
  let data: string[] = [];
  const takeLine = (line: string) => {
    if (line === "") {
      if (data.length > 0) onData(data.join("\n"));
      data = [];
    } else if (line.startsWith("data:")) {
      data.push(line.slice(line[5] === " " ? 6 : 5));
    }
  };
  return (text) => {
    rest += text;
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + held;
    for (const line of lines) takeLine(line);
  };
}
