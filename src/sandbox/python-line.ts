/**
 * Python that writes a text into a pipe with its length in eight bytes before it, and reads what comes. It holds on to
 * the calls it needs. `os` is there.
 */
export const pythonLine = `
def read_exactly(number, length, read=os.read):
    parts = []
    while length > 0:
        part = read(number, min(length, 1 << 20))
        if not part:
            raise EOFError("ended")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)

def write_text(number, data, write=os.write):
    data = len(data).to_bytes(8, "little") + data
    while data:
        data = data[write(number, data):]
`;
