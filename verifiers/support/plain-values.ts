/**
 * Python that writes values so that equal ones look equal in two programs: whole floats as integers, others to twelve
 * digits; None for what is no plain value.
 */
export const plainValues = `
def plain_text(value, depth=0):
    kind = type(value)
    if kind is bool or kind is int or kind is str:
        return repr(value)[:200]
    if kind is float:
        return repr(int(value)) if value == value and abs(value) < 1e15 and value == int(value) else format(value, ".12g")
    if kind in (list, tuple) and depth < 4 and len(value) <= 200:
        inner = [plain_text(item, depth + 1) for item in value]
        return None if None in inner else ("[" + ", ".join(inner) + "]")[:400]
    return None

def plain_name(name):
    return not name.startswith("_") and name not in ("plain_text", "plain_name", "told_state")
`;
