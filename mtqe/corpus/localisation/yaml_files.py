"""YAML of programs' texts, as Rails has it: the language as root, plural forms as keys.

Only PyYAML's events are used: no tag makes an object, and an alias is a name until its entries are
counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mtqe.corpus.localisation.json_files import is_language, is_plural, nested
from mtqe.corpus.localisation.slots import Entry, Layout, Parsed, Slot, Span
from mtqe.errors import DataError

DEEPEST = 50
"""Levels of mappings and lists."""
MOST_ALIASED = 10_000
"""Nodes that aliases may repeat in a file; a few anchors can stand for billions."""
TEXT_TAGS = (None, "!", "tag:yaml.org,2002:str")
STRING = "tag:yaml.org,2002:str"
MERGE = "<<"
SYMBOL = re.compile(r":[A-Za-z_]\w*")
"""Ruby's symbols, which are no texts."""
SPECIAL = ":#\\[\\]{},\"'&*|>%@`!?\\\\\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff"
PLAIN = re.compile(rf"[^\W\d_](?:[^{SPECIAL}]*[^\s{SPECIAL}])?")
"""Texts that need no quotes anywhere."""
UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass
class _Node:
    """A scalar, mapping or list, or the name of one."""

    start: int
    end: int
    text: str | None = None
    style: str = ""
    is_text: bool = False
    keys: list[_Node] = field(default_factory=list)
    values: list[_Node] = field(default_factory=list)
    is_list: bool = False
    alias: _Node | None = None


def parse_yaml(name: str, text: str, language: str) -> Parsed:
    """Texts by key; a list's place is a key too.

    Raises:
        DataError: it is not YAML, not a mapping of texts, has a tag that makes objects, or aliases
            that stand for too much.
    """
    root = _Reader(name, text).root()
    if root is None or root.is_list or not root.keys:
        raise DataError(f"{name}: is not a mapping of texts by key.")
    spans: tuple[Span, ...] = ()
    only = root.keys[0]
    if len(root.keys) == 1 and root.values[0].keys and is_language(str(only.text), language):
        spans = (_key_place(only),)
        root = root.values[0]
    return Parsed(text, tuple(_Walk(name, text).slots(root, (), False, 0)), spans)


def _key_place(node: _Node) -> Span:
    return (node.start + 1, node.end - 1) if node.style in ("'", '"') else (node.start, node.end)


class _Reader:
    """Builds nodes from a parser's events."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.anchors: dict[str, _Node] = {}

    def root(self) -> _Node | None:
        import yaml

        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        try:
            return self._build(yaml.parse(self.text, loader))
        except yaml.YAMLError as error:
            reason = " ".join(str(error).split())[:200]
            raise DataError(f"{self.name}: is not valid YAML ({reason}); correct it.") from error

    def _build(self, events: Iterator[Any]) -> _Node | None:
        import yaml

        stack: list[_Node] = []
        root: _Node | None = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise DataError(f"{self.name}: holds several documents; split it.")
            elif isinstance(event, yaml.CollectionEndEvent):
                stack.pop().end = event.start_mark.index
            elif isinstance(event, yaml.NodeEvent):
                node = self._node(event)
                if stack:
                    self._add(stack[-1], node)
                else:
                    root = node
                if isinstance(event, yaml.CollectionStartEvent):
                    stack.append(node)
                    if len(stack) > DEEPEST:
                        raise DataError(f"{self.name}: is nested too deeply.")
        return root

    def _add(self, parent: _Node, node: _Node) -> None:
        if parent.is_list or len(parent.keys) > len(parent.values):
            parent.values.append(node)
            return
        if node.text is None:
            line = self.text.count("\n", 0, node.start) + 1
            raise DataError(f"{self.name}, line {line}: this key is no text; write one.")
        parent.keys.append(node)

    def _node(self, event: Any) -> _Node:  # noqa: ANN401 - PyYAML
        import yaml

        start, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise DataError(f"{self.name}: the alias *{event.anchor} has no anchor before it.")
            return _Node(start, end, alias=self.anchors[event.anchor])
        tag = event.tag if event.tag != "" else None
        if isinstance(event, yaml.ScalarEvent):
            if tag not in TEXT_TAGS and not tag.startswith("tag:yaml.org,2002:"):
                raise self._tagged(tag, start)
            style = event.style or ""
            found = _Node(start, end, event.value, style, _is_text(event, tag))
            self._skip_anchor(found, event.anchor)
        else:
            known = (None, "!", "tag:yaml.org,2002:map", "tag:yaml.org,2002:seq",
                     "tag:yaml.org,2002:omap")  # fmt: skip
            if tag not in known:
                raise self._tagged(tag, start)
            found = _Node(start, end, is_list=isinstance(event, yaml.SequenceStartEvent))
        if event.anchor is not None:
            self.anchors[event.anchor] = found
        return found

    def _skip_anchor(self, node: _Node, anchor: str | None) -> None:
        """Let a scalar begin behind its anchor and tag, which stay where they are."""
        while match := re.compile(r"[&!][^\s,\[\]{}]*\s+").match(self.text, node.start, node.end):
            node.start = match.end()
        if not node.style:  # an empty plain text has no place of its own
            node.end = max(node.end, node.start)
        elif node.style in "|>":
            inside = self.text[node.start : node.end]
            node.end = node.start + len(inside.rstrip())

    def _tagged(self, tag: str, place: int) -> DataError:
        line = self.text.count("\n", 0, place) + 1
        return DataError(
            f"{self.name}, line {line}: has the tag {tag!r:.60}, which makes objects of a program; "
            "mtqe reads texts alone, so remove it."
        )


def _is_text(event: Any, tag: str | None) -> bool:  # noqa: ANN401 - PyYAML
    """Whether a scalar is a text, and not a number, a truth value or nothing."""
    import yaml

    if event.style:
        return True
    if SYMBOL.fullmatch(event.value):
        return False
    if tag is not None:
        return tag == STRING
    return str(_resolver().resolve(yaml.ScalarNode, event.value, (True, False))) == STRING


def _resolver() -> Any:  # noqa: ANN401 - PyYAML
    from yaml.resolver import Resolver

    return Resolver()


class _Walk:
    """Goes through nodes and follows aliases, so far as that is sound."""

    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text
        self.aliased = 0

    def slots(self, node: _Node, path: tuple[str, ...], shared: bool, depth: int) -> Iterator[Slot]:
        """The texts below a mapping or list.

        Args:
            node: the mapping or list.
            path: its keys.
            shared: whether it is there by an alias, so that its texts stand elsewhere.
            depth: its level.
        """
        if depth > DEEPEST:
            raise DataError(f"{self.name}: {'.'.join(path[:3])} is nested too deeply.")
        names = [str(key.text) for key in node.keys] or list(map(str, range(len(node.values))))
        forms = is_plural(names) and all((v.alias or v).text is not None for v in node.values)
        own = set(names)
        for place, (part, value) in enumerate(zip(names, node.values, strict=True)):
            key = node.keys[place] if node.keys else None
            by_alias = shared or value.alias is not None
            found = value.alias or value
            if by_alias:
                self._count()
            if part == MERGE and key is not None and not key.style:
                yield from self._merged(found, path, own, depth)
            elif found.text is None:
                yield from self.slots(found, (*path, part), by_alias, depth + 1)
            elif found.is_text:
                yield self._slot(path, part, key, value, found, forms, shared)

    def _slot(
        self, path: tuple[str, ...], part: str, key: _Node | None, value: _Node, found: _Node,
        forms: bool, shared: bool,
    ) -> Slot:  # fmt: skip
        text, form = str(found.text), part if forms else None
        name = ".".join(path if forms else (*path, part))
        member = None if key is None else (key.start, value.end)
        place = None if key is None or not forms else _key_place(key)
        style = "" if value.alias else found.style
        indent = self._indent(value.start)
        return Slot(
            Entry(name, text, form=form), value.start, value.end, member, place,
            f"{style} {indent}", alias=shared,
        )  # fmt: skip

    def _merged(
        self, node: _Node, path: tuple[str, ...], own: set[str], depth: int
    ) -> Iterator[Slot]:
        """The texts of a mapping that another takes over, but for those that it has itself."""
        several = [v.alias or v for v in node.values] if node.is_list else [node]
        for mapping in several:
            prefix = ".".join(path)
            for slot in self.slots(mapping, path, True, depth + 1):
                rest = slot.entry.key.removeprefix(prefix).lstrip(".")
                if rest.partition(".")[0] not in own:
                    yield slot

    def _count(self) -> None:
        self.aliased += 1
        if self.aliased > MOST_ALIASED:
            raise DataError(
                f"{self.name}: its aliases stand for more than {MOST_ALIASED:,} nodes; write "
                "them out if that is meant."
            )

    def _indent(self, place: int) -> int:
        line = self.text.rfind("\n", 0, place) + 1
        return len(self.text[line:place]) - len(self.text[line:place].lstrip(" -"))


def encode_yaml(text: str, slot: Slot) -> str:
    """A text as the scalar that was there, where it can be one of this kind."""
    style, _, indent = slot.style.rpartition(" ")
    if not style and PLAIN.fullmatch(text) and _stays_text(text):
        return text
    if style == "'" and not re.search("[\n\t\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
        return "'" + text.replace("'", "''") + "'"
    if style in ("|", ">") and _can_be_block(text):
        return _block(text, int(indent) + 2)
    quoted = json.dumps(text, ensure_ascii=False)
    return UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)


def _stays_text(text: str) -> bool:
    import yaml

    return str(_resolver().resolve(yaml.ScalarNode, text, (True, False))) == STRING


def _can_be_block(text: str) -> bool:
    """Whether a text can stand in lines of its own, and none of it can be taken for indentation."""
    if not text.strip() or re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]", text):
        return False
    return not text.startswith((" ", "\n")) and not re.search(r" \n|\n\n\Z", text)


def _block(text: str, indent: int) -> str:
    head = "|" if text.endswith("\n") else "|-"
    lines = text.removesuffix("\n").split("\n")
    blank = " " * indent
    return "\n".join([head, *(blank + line if line else "" for line in lines)])


def fresh_yaml(entries: Sequence[Entry], language: str) -> str:
    """A new file below the language's tag, as Rails has it."""
    keys = [(e.key if e.form is None else f"{e.key}.{e.form}", e.text) for e in entries]
    lines = [f"{_key(language)}:", *_lines(nested(keys), 1)]
    return "\n".join(lines) + "\n"


def _lines(data: Mapping[str, Any], depth: int) -> Iterator[str]:
    for key, value in data.items():
        start = f"{'  ' * depth}{_key(key)}:"
        if isinstance(value, dict):
            yield start
            yield from _lines(value, depth + 1)
        else:
            yield f"{start} {encode_yaml(value, Slot(Entry(key, value), 0, 0, style=' 0'))}"


def _key(text: str) -> str:
    if re.fullmatch(r"[A-Za-z_][\w-]*", text, re.ASCII) and text != MERGE:
        return text
    return encode_yaml(text, Slot(Entry(text, text), 0, 0, style='" 0'))


YAML = Layout(parse_yaml, encode_yaml, fresh_yaml)
