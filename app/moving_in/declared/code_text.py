"""A function of the program as a step has it: no marks, no annotations, nothing to wait for."""

import ast

from app.moving_in.declared.code_inputs import CannotRun
from app.moving_in.meanings.syntax import Functions


class _Plainly(ast.NodeTransformer):
    """The code as a step has it: no marks, no annotations, nothing to wait for."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """Without marks and what it gives."""
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        """A function like any other: nothing inside waits."""
        return self._function(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        """Without its annotation."""
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        """A plain assignment."""
        if node.value is None:
            return None
        return ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node)

    def _function(self, node: Functions) -> ast.AST:
        self.generic_visit(node)
        plain = ast.FunctionDef(node.name, node.args, node.body or [ast.Pass()], [], None)
        return ast.fix_missing_locations(ast.copy_location(plain, node))


def plain_source(node: ast.stmt) -> str:
    """The code of a statement as a step has it; raises CannotRun."""
    try:
        copied = ast.parse(ast.unparse(node)).body[0]
        return ast.unparse(ast.fix_missing_locations(_Plainly().visit(copied)))
    except (ValueError, RecursionError, SyntaxError, IndexError):
        raise CannotRun("It could not be read whole.") from None
