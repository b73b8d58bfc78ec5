/**
 * Python for tests that assert nothing: they end the process, raise, or print whether they passed. What is printed
 * counts only where the tests themselves made it: a comparison, or a fixed text that says pass or fail; a value that
 * the answer gave is never read as a verdict.
 */
export const sayingSource = `
def asserts_somewhere(tree, program):
    # Assertions whose failure the tests catch themselves say nothing by themselves.
    import ast
    tries = [node for node in ast.walk(tree) if isinstance(node, (ast.Try, getattr(ast, "TryStar", ast.Try)))]
    caught = {id(inner) for node in tries for inner in ast.walk(node)}
    return "unittest" in program or any(isinstance(node, ast.Assert) and id(node) not in caught for node in ast.walk(tree))

def ends_or_raises(tree):
    import ast
    def ends(node):
        if isinstance(node, ast.Raise):
            return True
        if not isinstance(node, ast.Call):
            return False
        name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
        return name in ("exit", "quit", "_exit", "abort")
    return any(ends(node) for node in ast.walk(tree))

def sayings_of(tree):
    """A list that fills with what the tests say by printing, and their print; None where what they print says nothing."""
    import ast, re
    made = (ast.Compare, ast.BoolOp)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"]
    values = [one for call in calls for one in call.args]
    own = lambda one: isinstance(one, (ast.Constant, *made)) or isinstance(one, ast.UnaryOp) and isinstance(one.op, ast.Not)
    if not values or not all(own(one) for one in values):
        return None
    said = []
    def say(*values, **named):
        for value in values:
            if type(value) is bool:
                said.append(value)
            elif type(value) is str and re.search(r"\\b(?:fail|failed|failure|wrong|incorrect|error|false|not ok)\\b", value, re.I):
                said.append(False)
            elif type(value) is str and re.search(r"\\b(?:pass|passed|passes|ok|success|correct|true)\\b", value, re.I):
                said.append(True)
    return said, say
`;
