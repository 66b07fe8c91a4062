"""Which elements a manifest of ours has, in which order, and what each may hold.

Source: the schemas in [MS-OWEMXML], as far as our add-in uses them. What the schema leaves free but
our ribbon needs (every icon size, Swedish, shared runtime) is required here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ramkoll.store.ribbon import DESCRIPTION_LENGTH, ICON_SIZES, LABEL_LENGTH

BASE = "{http://schemas.microsoft.com/office/appforoffice/1.1}"
OVERRIDES = "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}"
TYPES = "{http://schemas.microsoft.com/office/officeappbasictypes/1.0}"
KIND = "{http://www.w3.org/2001/XMLSchema-instance}type"

# Elements that a manifest of ours works without. All others are missed.
OPTIONAL = ("AppDomains", "TaskpaneId")


@dataclass(frozen=True)
class Value:
    """What a text or an attribute may be: a pattern for all of it, and the same in words."""

    pattern: re.Pattern[str]
    expected: str


@dataclass(frozen=True)
class Shape:
    """An element: its attributes, all required, its text, and its children in their order.

    With ``by_kind`` the children depend on the element's xsi:type.
    """

    tag: str
    attributes: Mapping[str, Value] = field(default_factory=dict)
    text: Value | None = None
    children: tuple[Part, ...] = ()
    by_kind: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Part:
    """A child and how many there may be; ``most`` None is any number."""

    shape: Shape
    least: int = 1
    most: int | None = 1


def _value(pattern: str, expected: str) -> Value:
    return Value(re.compile(pattern, re.DOTALL), expected)


def _one_of(*words: str) -> Value:
    return _value("|".join(re.escape(word) for word in words), " eller ".join(words))


_GUID = _value(
    r"(?!0{8}-0{4}-)[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "ett GUID som 6842fa44-0693-48ab-9296-0f80cdf11d5f",
)
_VERSION = _value(
    r"[1-9][0-9]{0,4}(\.[0-9]{1,5}){3}", "fyra tal, det första minst 1, till exempel 1.0.2.0"
)
_API = _value(r"[1-9][0-9]?\.[0-9]{1,2}", "en version som 1.9")
_SHORT = _value(rf"(?=.*\S).{{1,{LABEL_LENGTH}}}", f"1 till {LABEL_LENGTH} tecken")
_LONG = _value(rf"(?=.*\S).{{1,{DESCRIPTION_LENGTH}}}", f"1 till {DESCRIPTION_LENGTH} tecken")
_HTTPS = _value(
    r"(?=.{1,2048}$)https://[A-Za-z0-9.\[\]:-]+(/[^\s@*]*)?",
    "en adress med https:// och högst 2048 tecken",
)
_DOMAIN = _value(r"https://[A-Za-z0-9.\[\]:-]+", "https:// och en dator, utan sökväg")
_ID = _value(r"[A-Za-z][A-Za-z0-9._]{0,124}", "1 till 125 bokstäver, siffror och punkter")
_REFERENCE = _value(r"[A-Za-z][A-Za-z0-9._]{0,31}", "1 till 32 bokstäver, siffror och punkter")
_NAME = _value(r"[A-Za-z][A-Za-z0-9_]*", "ett namn på en uppsättning")
_FUNCTION = _value(r"[A-Za-z][A-Za-z0-9_]{0,124}", "ett namn på ett kommando")
_SIZE = _one_of(*(str(size) for size in ICON_SIZES))


def _base(name: str, value: Value) -> Part:
    """An element outside the overrides, whose attribute DefaultValue is all it has."""
    return Part(Shape(BASE + name, {"DefaultValue": value}))


def _reference(name: str, least: int = 1) -> Part:
    return Part(Shape(OVERRIDES + name, {"resid": _REFERENCE}), least)


def _resources(table: str, entry: str, value: Value) -> Part:
    shape = Shape(TYPES + entry, {"id": _REFERENCE, "DefaultValue": value})
    return Part(Shape(TYPES + table, children=(Part(shape, 1, None),)))


_ICON = Part(
    Shape(
        OVERRIDES + "Icon",
        children=(Part(Shape(TYPES + "Image", {"size": _SIZE, "resid": _REFERENCE}), 1, None),),
    )
)
_ACTION = Part(
    Shape(
        OVERRIDES + "Action",
        {KIND: _one_of("ExecuteFunction", "ShowTaskpane")},
        by_kind={
            "ExecuteFunction": (Part(Shape(OVERRIDES + "FunctionName", text=_FUNCTION)),),
            "ShowTaskpane": (
                Part(Shape(OVERRIDES + "TaskpaneId", text=_SHORT), least=0),
                _reference("SourceLocation"),
            ),
        },
    )
)
_CONTROL = Shape(
    OVERRIDES + "Control",
    {KIND: _one_of("Button"), "id": _ID},
    children=(
        _reference("Label"),
        Part(
            Shape(OVERRIDES + "Supertip", children=(_reference("Title"), _reference("Description")))
        ),
        _ICON,
        _ACTION,
    ),
)
_TAB = Shape(
    OVERRIDES + "CustomTab",
    {"id": _ID},
    children=(
        Part(
            Shape(
                OVERRIDES + "Group",
                {"id": _ID},
                children=(_reference("Label"), _ICON, Part(_CONTROL, 1, None)),
            ),
            1,
            None,
        ),
        _reference("Label"),
    ),
)
_DESKTOP = Shape(
    OVERRIDES + "DesktopFormFactor",
    children=(
        Part(
            Shape(
                OVERRIDES + "GetStarted",
                children=(
                    _reference("Title"),
                    _reference("Description"),
                    _reference("LearnMoreUrl"),
                ),
            )
        ),
        _reference("FunctionFile"),
        Part(
            Shape(
                OVERRIDES + "ExtensionPoint",
                {KIND: _one_of("PrimaryCommandSurface")},
                children=(Part(_TAB),),
            )
        ),
    ),
)
_RUNTIME = Shape(OVERRIDES + "Runtime", {"resid": _REFERENCE, "lifetime": _one_of("long")})
_VERSION_OVERRIDES = Shape(
    OVERRIDES + "VersionOverrides",
    {KIND: _one_of("VersionOverridesV1_0")},
    children=(
        Part(
            Shape(
                OVERRIDES + "Hosts",
                children=(
                    Part(
                        Shape(
                            OVERRIDES + "Host",
                            {KIND: _one_of("Workbook")},
                            children=(
                                Part(Shape(OVERRIDES + "Runtimes", children=(Part(_RUNTIME),))),
                                Part(_DESKTOP),
                            ),
                        )
                    ),
                ),
            )
        ),
        Part(
            Shape(
                OVERRIDES + "Resources",
                children=(
                    _resources("Images", "Image", _HTTPS),
                    _resources("Urls", "Url", _HTTPS),
                    _resources("ShortStrings", "String", _SHORT),
                    _resources("LongStrings", "String", _LONG),
                ),
            )
        ),
    ),
)

MANIFEST = Shape(
    BASE + "OfficeApp",
    {KIND: _one_of("TaskPaneApp")},
    children=(
        Part(Shape(BASE + "Id", text=_GUID)),
        Part(Shape(BASE + "Version", text=_VERSION)),
        Part(Shape(BASE + "ProviderName", text=_SHORT)),
        Part(Shape(BASE + "DefaultLocale", text=_one_of("sv-SE"))),
        _base("DisplayName", _SHORT),
        _base("Description", _LONG),
        _base("IconUrl", _HTTPS),
        _base("HighResolutionIconUrl", _HTTPS),
        _base("SupportUrl", _HTTPS),
        Part(
            Shape(
                BASE + "AppDomains",
                children=(Part(Shape(BASE + "AppDomain", text=_DOMAIN), 1, None),),
            ),
            least=0,
        ),
        Part(
            Shape(
                BASE + "Hosts",
                children=(Part(Shape(BASE + "Host", {"Name": _one_of("Workbook")})),),
            )
        ),
        Part(
            Shape(
                BASE + "Requirements",
                children=(
                    Part(
                        Shape(
                            BASE + "Sets",
                            {"DefaultMinVersion": _API},
                            children=(
                                Part(
                                    Shape(BASE + "Set", {"Name": _NAME, "MinVersion": _API}),
                                    1,
                                    None,
                                ),
                            ),
                        )
                    ),
                ),
            )
        ),
        Part(
            Shape(
                BASE + "DefaultSettings",
                children=(_base("SourceLocation", _HTTPS),),
            )
        ),
        Part(Shape(BASE + "Permissions", text=_one_of("ReadWriteDocument"))),
        Part(_VERSION_OVERRIDES),
    ),
)
