"""The checker of manifests: each way to break one is told, and told once."""

from xml.etree.ElementTree import Element, fromstring, register_namespace, tostring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ramkoll.server.manifest import manifest
from ramkoll.server.manifest_check import MAX_BYTES, faults
from ramkoll.server.manifest_shape import OPTIONAL, OVERRIDES
from ramkoll.store.ribbon import load_ribbon

GOOD = manifest(load_ribbon(), "https://localhost:8443", "0.2.0")
SAYS_HTTPS = "väntat en adress med https:// och högst 2048 tecken."


def broken(old, new, count=1):
    """The good manifest with one place (or the first of some) written otherwise."""
    assert GOOD.count(old) >= 1, old
    return GOOD.replace(old, new, count)


BROKEN = {
    "a file that is cut off is no XML": (
        GOOD[:-20],
        f"Filen är ingen giltig XML: felet är på rad {GOOD.count(chr(10)) - 1}, tecken 3.",
    ),
    "a document type is refused": (
        broken("<OfficeApp", "<!DOCTYPE OfficeApp>\n<OfficeApp"),
        "Filen har en dokumenttypsdeklaration (<!DOCTYPE>); ta bort den.",
    ),
    "entities are refused before they grow": (
        broken("<OfficeApp", '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>\n<OfficeApp'),
        "Filen har en dokumenttypsdeklaration (<!DOCTYPE>); ta bort den.",
    ),
    "an unknown encoding is told": (
        broken('encoding="UTF-8"', 'encoding="klingon"'),
        "Filen är ingen giltig XML: teckenkodningen är okänd. Spara den som UTF-8.",
    ),
    "another kind of file is no manifest": (
        "<html/>",
        "Filen är inget manifest: den börjar med <html>, väntat "
        "<{http://schemas.microsoft.com/office/appforoffice/1.1}OfficeApp>.",
    ),
    "an old schema is refused": (
        broken("appforoffice/1.1", "appforoffice/1.0"),
        "Filen är inget manifest: den börjar med "
        "<{http://schemas.microsoft.com/office/appforoffice/1.0}OfficeApp>, väntat "
        "<{http://schemas.microsoft.com/office/appforoffice/1.1}OfficeApp>.",
    ),
    "an add-in for mail is refused": (
        broken('"TaskPaneApp"', '"MailApp"'),
        "OfficeApp: type är «MailApp»; väntat TaskPaneApp.",
    ),
    "overrides in another namespace are told": (
        broken("office/taskpaneappversionoverrides", "office/mailappversionoverrides"),
        "OfficeApp: <VersionOverrides> har fel namnrymd; väntat "
        "{http://schemas.microsoft.com/office/taskpaneappversionoverrides}VersionOverrides.",
    ),
    "another version of the overrides is refused": (
        broken("VersionOverridesV1_0", "VersionOverridesV1_1"),
        "OfficeApp/VersionOverrides: type är «VersionOverridesV1_1»; väntat VersionOverridesV1_0.",
    ),
    "an id that is no GUID is told": (
        broken("6842fa44-0693", "6842fa44+0693"),
        "OfficeApp/Id: «6842fa44+0693-48ab-9296-0f80cdf11d5f» går inte; väntat ett GUID som "
        "6842fa44-0693-48ab-9296-0f80cdf11d5f.",
    ),
    "the empty GUID is told": (
        broken("6842fa44-0693-48ab-9296-0f80cdf11d5f", "00000000-0000-0000-0000-000000000000"),
        "OfficeApp/Id: «00000000-0000-0000-0000-000000000000» går inte; väntat ett GUID som "
        "6842fa44-0693-48ab-9296-0f80cdf11d5f.",
    ),
    "a version of three numbers is told": (
        broken("1.0.2.0", "1.0.2"),
        "OfficeApp/Version: «1.0.2» går inte; väntat fyra tal, det första minst 1, till exempel "
        "1.0.2.0.",
    ),
    "a version under 1 is told": (
        broken("1.0.2.0", "0.2.0.0"),
        "OfficeApp/Version: «0.2.0.0» går inte; väntat fyra tal, det första minst 1, till exempel "
        "1.0.2.0.",
    ),
    "digits of another script are told": (
        broken("1.0.2.0", "1.0.٢.0"),
        "OfficeApp/Version: «1.0.٢.0» går inte; väntat fyra tal, det första minst 1, till exempel "
        "1.0.2.0.",
    ),
    "another language is told": (
        broken("sv-SE", "en-US"),
        "OfficeApp/DefaultLocale: «en-US» går inte; väntat sv-SE.",
    ),
    "a name over 125 characters is told": (
        broken('<DisplayName DefaultValue="Ramkoll"', f'<DisplayName DefaultValue="{"R" * 126}"'),
        f"OfficeApp/DisplayName: DefaultValue är «{'R' * 60}…»; väntat 1 till 125 tecken.",
    ),
    "an empty name is told": (
        broken('<DisplayName DefaultValue="Ramkoll"', '<DisplayName DefaultValue=" "'),
        "OfficeApp/DisplayName: DefaultValue är « »; väntat 1 till 125 tecken.",
    ),
    "a label over 125 characters is told": (
        broken('"check.label" DefaultValue="', '"check.label" DefaultValue="' + "K" * 125),
        f"ShortStrings/String check.label: DefaultValue är «{'K' * 60}…»; väntat 1 till 125 tecken.",
    ),
    "a description over 250 characters is told": (
        broken('"check.text" DefaultValue="', '"check.text" DefaultValue="' + "K" * 250),
        f"LongStrings/String check.text: DefaultValue är «{'K' * 60}…»; väntat 1 till 250 tecken.",
    ),
    "a picture without https is told": (
        broken('<IconUrl DefaultValue="https:', '<IconUrl DefaultValue="http:'),
        "OfficeApp/IconUrl: DefaultValue är «http://localhost:8443/icons/ramkoll-32.png?v=0.2.0»; "
        + SAYS_HTTPS,
    ),
    "a page without https is told": (
        broken('id="start.url" DefaultValue="https:', 'id="start.url" DefaultValue="http:'),
        "Urls/Url start.url: DefaultValue är «http://localhost:8443/index.html»; " + SAYS_HTTPS,
    ),
    "an address with a user is told": (
        broken('id="start.url" DefaultValue="https://', 'id="start.url" DefaultValue="https://a@'),
        "Urls/Url start.url: DefaultValue är «https://a@localhost:8443/index.html»; " + SAYS_HTTPS,
    ),
    "a domain with a wildcard is told": (
        broken("<AppDomain>https://localhost", "<AppDomain>https://*.localhost"),
        "AppDomains/AppDomain: «https://*.localhost:8443» går inte; väntat https:// och en dator, "
        "utan sökväg.",
    ),
    "another host than Excel is told": (
        broken('<Host Name="Workbook"/>', '<Host Name="Document"/>'),
        "Hosts/Host: Name är «Document»; väntat Workbook.",
    ),
    "another host in the overrides is told": (
        broken('<Host xsi:type="Workbook">', '<Host xsi:type="Document">'),
        "Hosts/Host: type är «Document»; väntat Workbook.",
    ),
    "less permission than writing is told": (
        broken("ReadWriteDocument", "ReadDocument"),
        "OfficeApp/Permissions: «ReadDocument» går inte; väntat ReadWriteDocument.",
    ),
    "an element in the wrong place is told": (
        broken(
            "  <ProviderName>Ramkoll</ProviderName>\n  <DefaultLocale>sv-SE</DefaultLocale>\n",
            "  <DefaultLocale>sv-SE</DefaultLocale>\n  <ProviderName>Ramkoll</ProviderName>\n",
        ),
        "OfficeApp: <ProviderName> står på fel plats; ordningen är Id, Version, ProviderName, "
        "DefaultLocale, DisplayName, Description, IconUrl, HighResolutionIconUrl, SupportUrl, "
        "AppDomains, Hosts, Requirements, DefaultSettings, Permissions, VersionOverrides.",
    ),
    "the tab's label must come last": (
        broken('              <Label resid="tab.label"/>\n', "").replace(
            '<CustomTab id="Ramkoll.tab">', '<CustomTab id="Ramkoll.tab"><Label resid="tab.label"/>'
        ),
        "ExtensionPoint/CustomTab Ramkoll.tab: <Group> står på fel plats; ordningen är Group, "
        "Label.",
    ),
    "runtimes must come first": (
        broken(
            """        <Runtimes>
          <Runtime resid="pane.url" lifetime="long"/>
        </Runtimes>
""",
            "",
        ).replace(
            "</DesktopFormFactor>",
            '</DesktopFormFactor><Runtimes><Runtime resid="pane.url" lifetime="long"/></Runtimes>',
        ),
        "Hosts/Host: <Runtimes> står på fel plats; ordningen är Runtimes, DesktopFormFactor.",
    ),
    "an element that Office does not know is told": (
        broken("<Hosts>", "<Keytips/><Hosts>"),
        "OfficeApp: <Keytips> hör inte hemma här.",
    ),
    "an element twice is told": (
        broken("<Version>", "<Version>1.0.1.0</Version><Version>"),
        "OfficeApp: <Version> står 2 gånger; högst 1.",
    ),
    "an attribute that does not belong is told": (
        broken('<Group id="Ramkoll.group.unit"', '<Group visible="1" id="Ramkoll.group.unit"'),
        "CustomTab Ramkoll.tab/Group Ramkoll.group.unit: attributet visible hör inte hemma här.",
    ),
    "a runtime that is short is told": (
        broken('lifetime="long"', 'lifetime="short"'),
        "Runtimes/Runtime: lifetime är «short»; väntat long.",
    ),
    "a size that no icon has is told": (
        broken('size="24" resid="icon.check.24"', 'size="25" resid="icon.check.24"'),
        "Icon/Image 25: size är «25»; väntat 16 eller 20 eller 24 eller 32 eller 40 eller 48 eller "
        "64 eller 80.",
    ),
    "a reference over 32 characters is told": (
        broken('<Label resid="check.label"/>', f'<Label resid="{"x" * 33}"/>'),
        f"Control Ramkoll.check/Label: resid är «{'x' * 33}»; väntat 1 till 32 bokstäver, siffror "
        "och punkter.",
    ),
    "an action of an unknown kind is told": (
        broken('<Action xsi:type="ShowTaskpane">', '<Action xsi:type="OpenDialog">'),
        "Control Ramkoll.panel/Action: type är «OpenDialog»; väntat ExecuteFunction eller "
        "ShowTaskpane.",
        "Control Ramkoll.panel/Action: <TaskpaneId> hör inte hemma här.",
        "Control Ramkoll.panel/Action: <SourceLocation> hör inte hemma här.",
    ),
    "a resource that is not there is told": (
        broken('<Label resid="check.label"/>', '<Label resid="check.lable"/>'),
        "Control Ramkoll.check/Label: resursen «check.lable» finns inte i ShortStrings.",
        "ShortStrings: resursen «check.label» används inte.",
    ),
    "a resource of the wrong kind is told": (
        broken('<Title resid="check.title"/>', '<Title resid="help.text"/>'),
        "Supertip/Title: resursen «help.text» finns i LongStrings, men ska finnas i ShortStrings.",
        "ShortStrings: resursen «check.title» används inte.",
    ),
    "a resource that nobody uses is told": (
        broken("<bt:Urls>", '<bt:Urls><bt:Url id="old.url" DefaultValue="https://localhost/a"/>'),
        "Urls: resursen «old.url» används inte.",
    ),
    "a resource twice is told": (
        broken("<bt:Urls>", '<bt:Urls><bt:Url id="tab.label" DefaultValue="https://localhost/a"/>'),
        "Resursen «tab.label» finns 2 gånger; ett id får finnas en gång.",
    ),
    "a control's id twice is told": (
        broken('id="Ramkoll.forecast"', 'id="Ramkoll.check"'),
        "Elementet «Ramkoll.check» finns 2 gånger; ett id får finnas en gång.",
    ),
    "a function file beside the runtime is told": (
        broken('<FunctionFile resid="pane.url"/>', '<FunctionFile resid="start.url"/>'),
        "<FunctionFile> har resid «start.url», men <Runtime> har «pane.url»; de ska vara samma, "
        "annars avbryts kommandon efter fem minuter.",
    ),
    "a pane beside the runtime is told": (
        broken('<SourceLocation resid="pane.url"/>', '<SourceLocation resid="start.url"/>'),
        "<SourceLocation> har resid «start.url», men <Runtime> har «pane.url»; de ska vara samma, "
        "annars avbryts kommandon efter fem minuter.",
    ),
    "two addresses of the pane are told": (
        broken('<SourceLocation DefaultValue="https://localhost:8443', '<SourceLocation DefaultValue="https://localhost:9'),
        "DefaultSettings: adressen är «https://localhost:9/index.html», men resursen «pane.url» är "
        "en annan.",
    ),
    "a set of requirements that Excel does not know is told": (
        broken('<Set Name="ExcelApi"', '<Set Name="WordApi" MinVersion="1.1"/><Set Name="ExcelApi"'),
        "Requirements: uppsättningen «WordApi» finns inte i Excel.",
    ),
    "a version of requirements that does not exist is told": (
        broken('Name="ExcelApi" MinVersion="1.9"', 'Name="ExcelApi" MinVersion="1.99"'),
        "Requirements: ExcelApi 1.99 finns inte; den senaste är 1.20.",
    ),
    "a set of requirements twice is told": (
        broken('<Set Name="ExcelApi"', '<Set Name="ExcelApi" MinVersion="1.1"/><Set Name="ExcelApi"'),
        "Requirements: ExcelApi står 2 gånger; högst 1.",
    ),
    "the shared runtime must be required": (
        broken('<Set Name="SharedRuntime" MinVersion="1.1"/>', ""),
        "Requirements: SharedRuntime saknas, och utan den fungerar inte panelen.",
    ),
    "an icon without one of its sizes is told": (
        broken('<bt:Image size="80" resid="icon.check.80"/>', "").replace(
            '<bt:Image id="icon.check.80" DefaultValue="https://localhost:8443/icons/check-80.png?v=0.2.0"/>', ""
        ),
        "Control Ramkoll.check/Icon: bilden i storlek 80 saknas.",
    ),
    "an icon with a size twice is told": (
        broken('size="20" resid="icon.check.20"', 'size="16" resid="icon.check.20"'),
        "Control Ramkoll.check/Icon: bilden i storlek 16 står 2 gånger.",
        "Control Ramkoll.check/Icon: bilden i storlek 20 saknas.",
    ),
    "a function that is no command is told": (
        broken("<FunctionName>check<", "<FunctionName>chekc<"),
        "FunctionName: kommandot «chekc» finns inte på menyfliken.",
        "CustomTab: knappen Kontrollera (check) saknas.",
    ),
    "a command with two buttons is told": (
        broken("<FunctionName>forecast<", "<FunctionName>check<"),
        "FunctionName: kommandot «check» har 2 knappar; högst 1.",
        "CustomTab: knappen Prognosförslag (forecast) saknas.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", BROKEN)
def test_each_way_to_break_a_manifest_gives_exactly_its_fault(sentence):
    xml, *expected = BROKEN[sentence]
    assert xml != GOOD
    assert list(faults(xml.encode("utf-8"))) == expected


def test_a_ribbon_without_one_of_its_buttons_is_told():
    start = GOOD.index('<Control xsi:type="Button" id="Ramkoll.check">')
    end = GOOD.index("</Control>", start) + len("</Control>")
    told = faults((GOOD[:start] + GOOD[end:]).encode())
    assert "CustomTab: knappen Kontrollera (check) saknas." in told
    assert "ShortStrings: resursen «check.label» används inte." in told


def test_the_order_of_attributes_and_how_namespaces_are_written_do_not_matter():
    register_namespace("ov", OVERRIDES[1:-1])
    assert faults(tostring(fromstring(GOOD), encoding="utf-16")) == ()


def test_comments_and_spaces_do_not_matter():
    assert faults(broken("<Hosts>", "<!-- för Excel -->\n\n<Hosts>", -1).encode()) == ()


def removable() -> list[int]:
    return list(range(1, sum(1 for _ in fromstring(GOOD).iter())))


@given(st.sampled_from(removable()))
def test_the_loss_of_any_element_is_noticed_but_for_those_that_are_optional(number):
    xml, name = without(number)
    if name in OPTIONAL:
        assert faults(xml) == ()
    else:
        assert faults(xml) != ()


def without(number: int) -> tuple[bytes, str]:
    """The good manifest less one element, in document order, and the name of that element."""
    root = fromstring(GOOD)
    gone = list(root.iter())[number]
    parents: dict[Element, Element] = {child: each for each in root.iter() for child in each}
    parents[gone].remove(gone)
    return tostring(root), gone.tag.rsplit("}", 1)[-1]


@pytest.mark.parametrize("name", OPTIONAL)
def test_what_is_called_optional_is_in_our_manifest_and_can_be_left_out(name):
    numbers = [n for n, each in enumerate(fromstring(GOOD).iter()) if each.tag.endswith("}" + name)]
    assert numbers
    for number in numbers:
        assert faults(without(number)[0]) == ()


@given(st.binary(max_size=400))
def test_no_bytes_raise_anything(data):
    assert faults(data) != ()


@given(st.integers(0, len(GOOD.encode()) - 1), st.binary(min_size=1, max_size=3))
def test_a_manifest_with_bytes_changed_raises_nothing(at, other):
    data = GOOD.encode()
    faults(data[:at] + other + data[at + len(other) :])


def test_hostile_files_are_refused_at_once():
    assert "större än" in faults(b" " * (MAX_BYTES + 1))[0]
    deep = b"<a>" * 100_000 + b"</a>" * 100_000
    assert "inget manifest" in faults(deep)[0]
    assert "DOCTYPE" in faults('<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>'.encode("utf-16"))[0]
    inside = broken("<Hosts>", "<a>" * 100_000 + "</a>" * 100_000 + "<Hosts>").encode()
    assert faults(inside) == ("OfficeApp: <a> hör inte hemma här.",)
