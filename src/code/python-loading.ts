/**
 * Python that loads a program as a module of its own, \`solution\`: what stands under \`if __name__ == "__main__"\` does not run, and the names of what tests it are not among
 * its own. \`brief\` is an exception in one line, with the line of the program where it was raised.
 */
export const loadingSource = `
def load_solution(source):
    import sys, types
    module = types.ModuleType("solution")
    sys.modules["solution"] = module
    exec(compile(source, "<solution>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__

def brief(error):
    line = getattr(error, "lineno", None) if isinstance(error, SyntaxError) else None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "<solution>":
            line = trace.tb_lineno
        trace = trace.tb_next
    try:
        text = error.msg if isinstance(error, SyntaxError) else str(error)
    except BaseException:
        text = ""
    where = "" if line is None else " (line " + str(line) + ")"
    return type(error).__name__ + ": " + str(text)[:300] + where
`;
