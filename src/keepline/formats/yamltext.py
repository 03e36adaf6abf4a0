"""Read YAML into texts, numbers, dates, lists and mappings, with the line of every key.

It reads less than YAML offers, so that nothing is mistaken for something else: ``02351234`` stays
a text with its zero and ``NO`` stays Norway; only ``true`` and ``false`` are yes and no; there are
no tags and no anchors; a key that stands twice is a problem and not a silent choice.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import yaml

from keepline.formats.bytesin import text_of
from keepline.formats.guard import guarded
from keepline.model.check.raw import quoted
from keepline.model.problems import Problem

if TYPE_CHECKING:
    from keepline.model.fields import Path
    from keepline.model.problems import Problems

#: The largest settings file, in bytes.
LARGEST: Final = 2**20
#: How deep mappings and lists may stand in one another.
DEEPEST: Final = 30
_INT: Final = re.compile(r"[+-]?(0|[1-9][0-9_]{0,20})", re.ASCII)
_FLOAT: Final = re.compile(
    r"[+-]?([0-9][0-9_]{0,20}\.?[0-9_]{0,20}|\.[0-9]{1,20})([eE][+-]?[0-9]{1,3})?", re.ASCII
)
_ZERO_LED: Final = re.compile(r"[+-]?0[0-9_]+", re.ASCII)
_STANDARD: Final = tuple(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


class _Loader(yaml.SafeLoader):
    """Read scalars as plain text: what they mean is decided below."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


@dataclass
class YamlText:
    """Hold what a settings file says.

    Attributes:
        values: The mapping at its top.
        lines: The line of every key path, the first line of the file being 1.
    """

    values: dict[str, object] = field(default_factory=dict)
    lines: dict[Path, int] = field(default_factory=dict)


def parse_yaml(content: bytes, file: str, problems: Problems) -> YamlText | None:
    """Return what a settings file says, or report why it cannot be read.

    Args:
        content: The file's bytes.
        file: Its name for the report.
        problems: Where every problem goes.

    Returns:
        The values and their lines; None when the file is no mapping of keys at all.
    """
    if len(content) > LARGEST:
        what = f"the file has {len(content):,} bytes, more than {LARGEST:,}"
        problems.add(Problem(file, "IN-346", what, mend="Settings are short; put tables elsewhere"))
        return None
    body = text_of(content, file, problems, "YAML")
    if body is None:
        return None
    reader = _Reader(file, problems)
    try:
        _refuse_anchors(body.decode("utf-8"), reader)
        node = None if reader.is_broken else yaml.compose(body.decode("utf-8"), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" at column {mark.column + 1}" if mark else ""
        what = f"the YAML breaks off{where}: {error.problem or error.context}"
        mend = "Look at the spaces before the key, at colons, brackets and quotation marks"
        line = mark.line + 1 if mark else 0
        problems.add(Problem(file, "IN-341", what, "key: value", mend, row=line))
        return None
    except yaml.YAMLError as error:
        what = f"the YAML cannot be read: {quoted(str(error).splitlines()[0])}"
        problems.add(Problem(file, "IN-341", what, "key: value"))
        return None
    except RecursionError:
        reader.report("it is nested too deep", 0)
    return None if reader.is_broken else reader.top(node)


def _refuse_anchors(text: str, reader: _Reader) -> None:
    # an anchor used ten times in an anchor used ten times ... fills any memory
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        mark = event.start_mark
        line = mark.line + 1 if mark else 0
        if depth > DEEPEST:
            reader.report(f"it is nested more than {DEEPEST} deep", line)
            return
        if isinstance(event, yaml.AliasEvent):
            reader.report("anchors and aliases (& and *) are not read", line)
            return


@dataclass
class _Reader:
    file: str
    problems: Problems
    found: YamlText = field(default_factory=YamlText)
    is_broken: bool = False

    def report(self, what: str, line: int, code: str = "IN-346") -> None:
        self.is_broken = self.is_broken or code == "IN-346"
        self.problems.add(Problem(self.file, code, what, "plain keys and values", row=line))

    def top(self, node: yaml.Node | None) -> YamlText | None:
        if isinstance(node, yaml.MappingNode):
            self.found.values = self.mapping(node, ())
            return self.found
        what = "the file is empty" if node is None else "the file is not a mapping of keys"
        self.problems.add(
            Problem(self.file, "IN-347", what, "key: value", "Write one key on each line")
        )
        return None

    def value(self, node: yaml.Node, path: Path) -> object:
        self.found.lines.setdefault(path, node.start_mark.line + 1)
        if node.tag not in _STANDARD:
            self.report(f"the tag {quoted(node.tag)} is not read", node.start_mark.line + 1)
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(one, (*path, index)) for index, one in enumerate(node.value)]
        is_plain = isinstance(node, yaml.ScalarNode) and not node.style
        return plain_scalar(str(node.value)) if is_plain else str(node.value)

    def mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, object]:
        out: dict[str, object] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                self.report("a key is not a plain word", line)
                continue
            key = str(key_node.value)
            if key in out:
                what, mend = f"the key {quoted(key)} stands twice", "Remove one"
                dotted = ".".join(str(step) for step in (*path, key))
                self.problems.add(
                    Problem(self.file, "IN-342", what, "each key once", mend, line, dotted, key)
                )
                continue
            self.found.lines[(*path, key)] = line
            out[key] = self.value(value_node, (*path, key))
        return out


def plain_scalar(text: str) -> object:
    """Return what a plain word means: nothing, yes or no, a number, a date, or else a text.

    >>> [plain_scalar(one) for one in ("02351234", "NO", "60_000_000", "0.35", "true")]
    ['02351234', 'NO', 60000000, 0.35, True]
    """
    if text in {"", "~", "null", "Null", "NULL"}:
        return None
    if text in {"true", "True", "TRUE", "false", "False", "FALSE"}:
        return text.lower() == "true"
    if _ZERO_LED.fullmatch(text):
        return text
    if _INT.fullmatch(text):
        return int(text)
    return _float_or_date(text)


def _float_or_date(text: str) -> object:
    if _FLOAT.fullmatch(text):
        number = guarded(lambda: float(text.replace("_", "")))
        return text if number is None else number
    if len(text) == 10 and text[4] == text[7] == "-":  # noqa: PLR2004
        day = guarded(lambda: dt.date.fromisoformat(text))
        return text if day is None else day
    return text
