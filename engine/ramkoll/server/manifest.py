"""The add-in's manifest: what tells Excel of the ribbon and where the server is.

The add-in-only XML form, since centralised deployment and network shares take no other. Texts and
pictures are resources with ids that grow from those of the ribbon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit
from xml.sax.saxutils import escape, quoteattr

from ramkoll.model.errors import RamkollError
from ramkoll.store.ribbon import ICON_SIZES, Button, Group, Tab

# Never changed: Office knows an add-in by it, through all versions and addresses.
ADDIN_ID = "6842fa44-0693-48ab-9296-0f80cdf11d5f"
# The one button that Office itself carries out: all others call a function of the same name as
# their command. (Help too: a page of its own would get a runtime of its own.)
SHOW_PANE = "panel"
PAGE = "index.html"
# What the client cannot do without; what it uses of later sets it asks for when it runs.
REQUIREMENTS = (("SharedRuntime", "1.1"), ("ExcelApi", "1.9"))
LANGUAGE = "sv-SE"
SUMMARY = (
    "Uppföljning och prognos för regioner: kontrollera arbetsboken, kommentera avvikelser, "
    "jämför med förra rapporten, ställ samman och följ varje siffra till sin källa."
)
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*")


def server_address(url: str) -> str:
    """An address as ``https://host:port``, with nothing after it.

    Raises RamkollError for all that Office would refuse or that could lead elsewhere: http, a
    path, a user, a wildcard, letters outside a–z.
    """
    url = url.strip()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _wrong_address(url, "den går inte att tolka") from error
    if parts.scheme != "https":
        raise _wrong_address(url, "den börjar inte med https://, och Excel godtar inget annat")
    if "@" in parts.netloc:
        raise _wrong_address(url, "den innehåller ett användarnamn")
    if parts.path not in ("", "/") or "?" in url or "#" in url:
        raise _wrong_address(url, "det står något efter datorns namn och port")
    if "*" in parts.netloc:
        raise _wrong_address(url, "den innehåller ett jokertecken; varje server har ett eget namn")
    host = parts.hostname or ""
    loopback = host == "::1"
    if not loopback and _HOST.fullmatch(host) is None:
        raise _wrong_address(url, "datorns namn får bara ha a–z, siffror, bindestreck och punkter")
    if port == 0 or parts.netloc.endswith(":"):
        raise _wrong_address(url, "porten är inget nummer från 1 till 65535")
    return f"https://{'[::1]' if loopback else host}" + (f":{port}" if port is not None else "")


def office_version(version: str) -> str:
    """The version for Office, four numbers: 0.2.0 is 1.0.2.0.

    Office refuses a version under 1.0, and fetches a new manifest only when the number rises. The
    first number is ours to spend, so that it never falls.
    """
    found = re.match(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?", version)
    assert found is not None, version
    return ".".join(["1", *(number or "0" for number in found.groups())])


def manifest(tab: Tab, url: str, version: str) -> str:
    """The manifest as XML, for a server at ``url`` (see server_address) and a version of ours.

    Raises RamkollError when the address cannot be used.
    """
    address = server_address(url)
    page = quoteattr(f"{address}/{PAGE}")
    sets = "\n".join(
        f'      <Set Name="{name}" MinVersion="{least}"/>' for name, least in REQUIREMENTS
    )
    groups = "\n".join(_group(group) for group in tab.groups)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0"
    xsi:type="TaskPaneApp">
  <Id>{ADDIN_ID}</Id>
  <Version>{office_version(version)}</Version>
  <ProviderName>Ramkoll</ProviderName>
  <DefaultLocale>{LANGUAGE}</DefaultLocale>
  <DisplayName DefaultValue={quoteattr(tab.label)}/>
  <Description DefaultValue={quoteattr(SUMMARY)}/>
  <IconUrl DefaultValue={quoteattr(_picture(tab.icon, 32, address, version))}/>
  <HighResolutionIconUrl DefaultValue={quoteattr(_picture(tab.icon, 64, address, version))}/>
  <SupportUrl DefaultValue={page}/>
  <AppDomains>
    <AppDomain>{escape(address)}</AppDomain>
  </AppDomains>
  <Hosts>
    <Host Name="Workbook"/>
  </Hosts>
  <Requirements>
    <Sets DefaultMinVersion="1.1">
{sets}
    </Sets>
  </Requirements>
  <DefaultSettings>
    <SourceLocation DefaultValue={page}/>
  </DefaultSettings>
  <Permissions>ReadWriteDocument</Permissions>
  <VersionOverrides xmlns="http://schemas.microsoft.com/office/taskpaneappversionoverrides"
      xsi:type="VersionOverridesV1_0">
    <Hosts>
      <Host xsi:type="Workbook">
        <Runtimes>
          <Runtime resid="pane.url" lifetime="long"/>
        </Runtimes>
        <DesktopFormFactor>
          <GetStarted>
            <Title resid="start.title"/>
            <Description resid="start.text"/>
            <LearnMoreUrl resid="start.url"/>
          </GetStarted>
          <FunctionFile resid="pane.url"/>
          <ExtensionPoint xsi:type="PrimaryCommandSurface">
            <CustomTab id="Ramkoll.tab">
{groups}
              <Label resid="tab.label"/>
            </CustomTab>
          </ExtensionPoint>
        </DesktopFormFactor>
      </Host>
    </Hosts>
    <Resources>
      <bt:Images>
{_resources("Image", _images(tab, address, version))}
      </bt:Images>
      <bt:Urls>
{_resources("Url", [("pane.url", f"{address}/{PAGE}"), ("start.url", f"{address}/{PAGE}")])}
      </bt:Urls>
      <bt:ShortStrings>
{_resources("String", _short_strings(tab))}
      </bt:ShortStrings>
      <bt:LongStrings>
{_resources("String", _long_strings(tab))}
      </bt:LongStrings>
    </Resources>
  </VersionOverrides>
</OfficeApp>
"""


def _group(group: Group) -> str:
    controls = "\n".join(_control(button) for button in group.buttons)
    return f"""\
              <Group id="Ramkoll.group.{group.id}">
                <Label resid="group.{group.id}.label"/>
{_icon(group.icon, " " * 16)}
{controls}
              </Group>"""


def _control(button: Button) -> str:
    return f"""\
                <Control xsi:type="Button" id="Ramkoll.{button.id}">
                  <Label resid="{button.id}.label"/>
                  <Supertip>
                    <Title resid="{button.id}.title"/>
                    <Description resid="{button.id}.text"/>
                  </Supertip>
{_icon(button.icon, " " * 18)}
{_action(button)}
                </Control>"""


def _action(button: Button) -> str:
    if button.command == SHOW_PANE:
        return """\
                  <Action xsi:type="ShowTaskpane">
                    <TaskpaneId>Ramkoll.pane</TaskpaneId>
                    <SourceLocation resid="pane.url"/>
                  </Action>"""
    return f"""\
                  <Action xsi:type="ExecuteFunction">
                    <FunctionName>{button.command}</FunctionName>
                  </Action>"""


def _icon(icon: str, indent: str) -> str:
    images = "\n".join(
        f'{indent}  <bt:Image size="{size}" resid="icon.{icon}.{size}"/>' for size in ICON_SIZES
    )
    return f"{indent}<Icon>\n{images}\n{indent}</Icon>"


def _picture(icon: str, size: int, address: str, version: str) -> str:
    # Office keeps pictures for long: with another version they have another address.
    return f"{address}/icons/{icon}-{size}.png?v={version}"


def _images(tab: Tab, address: str, version: str) -> Iterator[tuple[str, str]]:
    shown = [*(group.icon for group in tab.groups), *(button.icon for button in tab.buttons)]
    for icon in dict.fromkeys(shown):
        for size in ICON_SIZES:
            yield f"icon.{icon}.{size}", _picture(icon, size, address, version)


def _short_strings(tab: Tab) -> Iterator[tuple[str, str]]:
    yield "tab.label", tab.label
    yield "start.title", tab.label
    for group in tab.groups:
        yield f"group.{group.id}.label", group.label
    for button in tab.buttons:
        yield f"{button.id}.label", button.label
        yield f"{button.id}.title", button.screentip


def _long_strings(tab: Tab) -> Iterator[tuple[str, str]]:
    first = tab.groups[0]
    yield (
        "start.text",
        f"{tab.label} finns nu på en egen flik. Börja med {first.buttons[0].label} i gruppen "
        f"{first.label}.",
    )
    for button in tab.buttons:
        yield f"{button.id}.text", button.supertip


def _resources(kind: str, resources: Iterable[tuple[str, str]]) -> str:
    return "\n".join(
        f'        <bt:{kind} id="{name}" DefaultValue={quoteattr(value)}/>'
        for name, value in resources
    )


def _wrong_address(url: str, why: str) -> RamkollError:
    return RamkollError(
        f"Adressen till servern kan inte användas: {why}.",
        where=url,
        expected="en adress som https://localhost:8443",
        todo="Ange den adress som ramkoll serve visar när den startar.",
    )
