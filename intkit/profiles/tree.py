"""The profile in a notebook: a table of paths that can be searched, folded and copied from.

The HTML is whole without its script: where scripts do not run, as in an untrusted or printed notebook, it is a
plain table.
"""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from intkit.paths import format_path
from intkit.profiles.shown import COLUMNS, row_of, safe_text
from intkit.tables import STYLE, clean, html_cell

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intkit.profiles.fields import Field
    from intkit.profiles.roles import Role
    from intkit.tables import Table

_STYLE = """<style>
.intkit input { font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: 3px; padding: 3px 8px; margin: 2px 10px 6px; width: 22em; }
.intkit.profile td { white-space: nowrap; }
.intkit.profile td:nth-child(6) { white-space: normal; min-width: 8em; }
.intkit.profile td.path { font-family: var(--jp-code-font-family, monospace); white-space: normal;
  overflow-wrap: anywhere; min-width: 14em; }
.intkit.profile td:last-child { white-space: normal; overflow-wrap: anywhere; min-width: 15em; }
.intkit .path .before { color: var(--soft); }
.intkit .path[role=button] { cursor: copy; }
.intkit summary { cursor: pointer; }
.intkit h4 { margin: 12px 10px 4px; font-size: inherit; }
</style>"""

_SCRIPT = """<script>
for (const box of document.querySelectorAll(".intkit.profile:not([data-ready])")) {
  box.dataset.ready = "yes";
  const rows = [...box.querySelectorAll("tr[data-path]")];
  const search = box.querySelector("input");
  search.hidden = false;
  search.addEventListener("input", () => {
    const words = search.value.toLowerCase().split(/\\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every(word => text.includes(word));
    }
  });
  search.addEventListener("keydown", event => event.stopPropagation());
  for (const row of rows) {
    const cell = row.querySelector(".path");
    cell.setAttribute("role", "button");
    cell.tabIndex = 0;
    const copy = () => navigator.clipboard.writeText(row.dataset.path).then(() => {
      cell.title = "copied";
      setTimeout(() => { cell.title = "copy the path"; }, 1500);
    });
    cell.title = "copy the path";
    cell.addEventListener("click", copy);
    cell.addEventListener("keydown", event => { if (event.key === "Enter") copy(); });
  }
}
</script>"""


def tree_html(title: str, rows: Sequence[tuple[Field, Sequence[Role]]], note: str, questions: Table) -> str:
    """Return the profile as one self-contained block of HTML.

    Args:
        title: a line above.
        rows: the fields in their order, each with its roles.
        note: a line below the table.
        questions: the five questions, shown below.
    """
    heads = "".join(f"<th scope=col>{name}</th>" for name in COLUMNS)
    return "".join(
        [
            f'<div class="intkit profile">{STYLE}{_STYLE}',
            '<input type=search hidden placeholder="search paths, types, values" aria-label="Search this profile">',
            f"<table><caption>{escape(clean(title))}</caption><thead><tr>{heads}</tr></thead><tbody>",
            *(_row(field, roles) for field, roles in rows),
            "</tbody></table>",
            f"<p class=note>{escape(clean(note))}</p>" if note else "",
            f"<h4>Five questions</h4>{questions.html()}{_SCRIPT}</div>",
        ]
    )


def _row(field: Field, roles: Sequence[Role]) -> str:
    cells = row_of(field, roles)
    why = "; ".join(f"{role.name}: {role.why}" for role in roles if role.why)
    shown = [html_cell(cell, isinstance(cell, int)) for cell in cells[1:]]
    shown[-1] = f"<td>{_values(field, roles)}</td>"
    path = escape(clean(field.path), quote=True)
    return (
        f'<tr data-path="{path}" title="{escape(clean(why), quote=True)}">{_path(field)}{"".join(shown)}</tr>'
    )


def _path(field: Field) -> str:
    """Return the path's cell: the last step stands out from those before it."""
    path = field.path or "(record)"
    before = format_path(field.steps[:-1])
    last = path.removeprefix(before)
    return f"<td class=path><span class=before>{escape(clean(before))}</span>{escape(clean(last))}</td>"


def _values(field: Field, roles: Sequence[Role]) -> str:
    """Return the examples; where all values are few, they unfold with their counts."""
    examples = escape(clean(str(row_of(field, roles)[-1])))
    if not 1 < len(field.values) <= 50 or any(role.name == "personal" for role in roles):
        return examples
    counted = "<br>".join(
        f"{escape(clean(safe_text(value, personal=False)))} × {count}"
        for value, count in field.values.items()
    )
    return f"<details><summary>{examples}</summary>{counted}</details>"
