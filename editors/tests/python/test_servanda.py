"""`servanda lsp` under pytest-lsp, which checks what it says against what Visual Studio Code, Neovim and Emacs announce.

Runs in the folder of the two projects.
"""

import asyncio
import itertools
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient, client_capabilities, make_test_lsp_client

# How long the client and the server may take together. They take milliseconds; a machine that is busy may take longer.
PATIENCE = 120

CLIENTS = ["visual-studio-code", "neovim", "emacs"]


class Told(dict):
    """What each file shows, and everything that any file was told to show."""

    def __init__(self):
        super().__init__()
        self.told = []

    def __setitem__(self, uri, diagnostics):
        super().__setitem__(uri, diagnostics)
        self.told.append(diagnostics)


def factory() -> LanguageClient:
    """Makes a client that takes what the server may ask for; what its profile does not announce is noticed."""
    client = make_test_lsp_client()
    client.asked = []
    client.diagnostics = Told()

    def allow(method: str) -> None:
        @client.feature(method)
        def answer(params):
            client.asked.append(method)

    for method in [types.CLIENT_REGISTER_CAPABILITY, types.WORKSPACE_INLAY_HINT_REFRESH, types.WORKSPACE_CODE_LENS_REFRESH]:
        allow(method)
    return client


@pytest_lsp.fixture(
    params=CLIENTS, config=ClientServerConfig(server_command=["servanda", "lsp"], client_factory=factory)
)
async def client(request, lsp_client: LanguageClient, tmp_path):
    capabilities = client_capabilities(request.param)
    root = pathlib.Path.cwd()
    hello = await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=capabilities,
            workspace_folders=[types.WorkspaceFolder(uri=root.as_uri(), name="treaties")],
        )
    )
    lsp_client.offers = hello.capabilities
    lsp_client.profile = request.param
    lsp_client.versions = {}
    lsp_client.texts = {}
    yield
    await lsp_client.shutdown_session()


def uri(name: str) -> str:
    return (pathlib.Path.cwd() / name).as_uri()


def identifier(name: str) -> types.TextDocumentIdentifier:
    return types.TextDocumentIdentifier(uri=uri(name))


def opened(client: LanguageClient, name: str) -> str:
    text = pathlib.Path(name).read_bytes().decode()
    client.texts[name] = text
    client.versions[name] = 1
    language = "treaty" if name.endswith(".treaty") else "toml"
    client.text_document_did_open(
        types.DidOpenTextDocumentParams(
            types.TextDocumentItem(uri=uri(name), language_id=language, version=1, text=text)
        )
    )
    return text


def changed(client: LanguageClient, name: str, old: str, new: str) -> None:
    """Replaces a text by another, as typing would."""
    text = client.texts[name]
    place = within(client, text, old)
    client.texts[name] = text.replace(old, new, 1)
    client.versions[name] += 1
    client.text_document_did_change(
        types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(version=client.versions[name], uri=uri(name)),
            [types.TextDocumentContentChangePartial(range=place, text=new)],
        )
    )


def units(client: LanguageClient, text: str) -> bytes:
    """Writes a text in the units that columns are counted in, and gives it with the size of a unit."""
    if client.offers.position_encoding == types.PositionEncodingKind.Utf8:
        return text.encode(), 1
    return text.encode("utf-16-le"), 2


def position(client: LanguageClient, text: str, offset: int) -> types.Position:
    before = text[:offset]
    line = before.split("\n")[-1]
    data, size = units(client, line)
    return types.Position(line=before.count("\n"), character=len(data) // size)


def within(client: LanguageClient, text: str, part: str) -> types.Range:
    start = text.index(part)
    return types.Range(position(client, text, start), position(client, text, start + len(part)))


def covered(client: LanguageClient, text: str, place: types.Range) -> str:
    """Gives what stands at a place of one line."""
    assert place.start.line == place.end.line
    data, size = units(client, text.split("\n")[place.start.line])
    part = data[place.start.character * size : place.end.character * size]
    return part.decode() if size == 1 else part.decode("utf-16-le")


async def until(what: str, condition):
    """Waits until something holds, and gives it."""
    try:
        async with asyncio.timeout(PATIENCE):
            while True:
                if value := condition():
                    return value
                await asyncio.sleep(0.01)
    except TimeoutError:
        pytest.fail(f"waited in vain for {what}")


async def shows(client: LanguageClient, name: str, expected: list[str], code: str | None = None) -> None:
    """Waits until a file shows exactly these."""

    def shown() -> list[str]:
        found = client.diagnostics.get(uri(name), [])
        text = client.texts[name]
        return sorted(f"{one.code}: {covered(client, text, one.range)}" for one in found if code in (None, one.code))

    await until(f"{expected} in {name}, which shows {shown()}", lambda: shown() == sorted(expected))


RIVER = ["breached: must not dump(in: delta)", "fulfilled-late: within 90 days of signature"]
RECORDS = ['breached: "dump"', *['fulfilled-late: "open-gates"'] * 3]


@pytest.mark.asyncio
async def test_verdicts_stand_at_their_words(client: LanguageClient):
    opened(client, "river/rules.treaty")
    opened(client, "river/tabs.treaty")
    opened(client, "river/crlf.treaty")
    opened(client, "river/records/one.toml")
    await shows(client, "river/rules.treaty", RIVER)
    await shows(client, "river/tabs.treaty", ["fulfilled-late: by 2024-03-01"])
    await shows(client, "river/crlf.treaty", ["fulfilled-late: by 2024-02-01"])
    await shows(client, "river/records/one.toml", RECORDS)
    related = client.diagnostics[uri("river/records/one.toml")][0].related_information
    if client.capabilities.text_document.publish_diagnostics.related_information:
        assert related[0].location.uri.endswith(".treaty")
    else:
        assert related is None


@pytest.mark.asyncio
async def test_edits_are_judged_unsaved(client: LanguageClient):
    opened(client, "river/rules.treaty")
    opened(client, "river/records/one.toml")
    await shows(client, "river/rules.treaty", RIVER)
    changed(client, "river/records/one.toml", 'by = "南"', 'by = "南😀国"')
    await shows(client, "river/records/one.toml", ['unknown-actor: "南😀国"'], "unknown-actor")
    await shows(client, "river/rules.treaty", RIVER[1:])
    changed(client, "river/records/one.toml", "南😀国", "南国")
    changed(client, "river/records/one.toml", '"南国"', '"南"')
    await shows(client, "river/rules.treaty", RIVER)
    changed(client, "river/rules.treaty", "must not dump", "must not 倾倒")
    await until("a mistake", lambda: any(one.code != "breached" for one in client.diagnostics[uri("river/rules.treaty")]))
    changed(client, "river/rules.treaty", "must not 倾倒", "must not dump")
    await shows(client, "river/rules.treaty", RIVER)


@pytest.mark.asyncio
async def test_diagnostics_come_one_way(client: LanguageClient):
    assert client.capabilities.text_document.publish_diagnostics
    assert client.offers.diagnostic_provider is None


@pytest.mark.asyncio
async def test_nothing_is_asked_that_is_not_announced(client: LanguageClient):
    opened(client, "river/rules.treaty")
    await shows(client, "river/rules.treaty", RIVER)
    announced = client.capabilities.workspace
    allowed = {
        types.CLIENT_REGISTER_CAPABILITY: announced.did_change_watched_files and announced.did_change_watched_files.dynamic_registration,
        types.WORKSPACE_INLAY_HINT_REFRESH: announced.inlay_hint and announced.inlay_hint.refresh_support,
        types.WORKSPACE_CODE_LENS_REFRESH: announced.code_lens and announced.code_lens.refresh_support,
    }
    await until("whatever is announced", lambda: all(method in client.asked for method, may in allowed.items() if may))
    assert not [method for method in client.asked if not allowed[method]]


@pytest.mark.asyncio
async def test_what_is_closed_shows_what_rests_on_it_still(client: LanguageClient):
    opened(client, "river/rules.treaty")
    opened(client, "river/records/one.toml")
    await shows(client, "river/records/one.toml", RECORDS)
    client.text_document_did_close(types.DidCloseTextDocumentParams(identifier("river/records/one.toml")))
    await shows(client, "river/records/one.toml", RECORDS)
    client.text_document_did_close(types.DidCloseTextDocumentParams(identifier("river/rules.treaty")))
    for name in ["river/rules.treaty", "river/records/one.toml"]:
        await shows(client, name, [])


@pytest.mark.asyncio
async def test_the_layout_is_that_of_the_command_line(client: LanguageClient, tmp_path):
    text = opened(client, "river/rules.treaty")
    edits = await client.text_document_formatting_async(
        types.DocumentFormattingParams(identifier("river/rules.treaty"), types.FormattingOptions(tab_size=2, insert_spaces=True))
    )
    copy = tmp_path / "rules.treaty"
    copy.write_text(text)
    process = await asyncio.create_subprocess_exec("servanda", "fmt", str(copy))
    assert await process.wait() == 0
    assert applied(client, text, edits) == copy.read_text() != text


def applied(client: LanguageClient, text: str, edits) -> str:
    """Gives a text after edits, which do not touch each other."""
    starts = [0, *itertools.accumulate(len(line) for line in text.splitlines(keepends=True))]

    def offset(place: types.Position) -> int:
        if place.line + 1 >= len(starts):
            return len(text)
        line = text[starts[place.line] : starts[place.line + 1]]
        data, size = units(client, line)
        part = data[: place.character * size]
        return starts[place.line] + len(part.decode() if size == 1 else part.decode("utf-16-le"))

    for edit in sorted(edits, key=lambda edit: offset(edit.range.start), reverse=True):
        text = text[: offset(edit.range.start)] + edit.new_text + text[offset(edit.range.end) :]
    return text


def edits_of(client: LanguageClient, edit: types.WorkspaceEdit, name: str):
    """Gives the edits of a file: with its version for a client that asks for that."""
    if not client.capabilities.workspace.workspace_edit.document_changes:
        return edit.changes[uri(name)]
    [change] = [change for change in edit.document_changes if change.text_document.uri == uri(name)]
    assert change.text_document.version == client.versions[name]
    return change.edits


@pytest.mark.asyncio
async def test_a_fix_mends_what_it_is_for(client: LanguageClient):
    opened(client, "river/rules.treaty")
    changed(client, "river/rules.treaty", "not dump", "not dumb")
    await shows(client, "river/rules.treaty", ["unknown-name: dumb"], "unknown-name")
    text = client.texts["river/rules.treaty"]
    place = within(client, text, "dumb")
    shown = [one for one in client.diagnostics[uri("river/rules.treaty")] if one.code == "unknown-name"]
    actions = await client.text_document_code_action_async(
        types.CodeActionParams(identifier("river/rules.treaty"), place, types.CodeActionContext(diagnostics=shown))
    )
    changes = edits_of(client, actions[0].edit, "river/rules.treaty")
    assert "not dump(in" in applied(client, text, changes)
    assert list(actions[0].diagnostics) == shown


@pytest.mark.asyncio
async def test_the_outline_and_the_days_of_deadlines(client: LanguageClient):
    text = opened(client, "river/rules.treaty")
    outline = await client.text_document_document_symbol_async(types.DocumentSymbolParams(identifier("river/rules.treaty")))
    by_name = {symbol.name: symbol for symbol in outline}
    assert list(by_name) == ["river-2024", "signature", "gates", "dumping", "opened late"]
    assert covered(client, text, by_name["gates"].selection_range) == "gates"
    whole = types.Range(types.Position(0, 0), position(client, text, len(text)))
    hints = await client.text_document_inlay_hint_async(types.InlayHintParams(identifier("river/rules.treaty"), whole))
    assert [(hint.label, hint.position) for hint in hints] == [
        ("= 2024-03-31", within(client, text, "within 90 days of signature").end)
    ]


@pytest.mark.asyncio
async def test_long_work_is_shown_and_ended(client: LanguageClient):
    """Forty thousand records; a client that was slow to hear of them would look as if it had stopped."""
    if client.profile != CLIENTS[0]:
        pytest.skip("once is enough")
    assert client.capabilities.window.work_done_progress
    many = pathlib.Path("river/records/many.toml")
    record = '[[event]]\nid = "d{0}"\nkind = "dump"\nwhen = 2024-05-01\nby = "south"\nin = "delta"\nsource = "commission"\nbasis = "observed"\n'
    many.write_text("".join(record.format(number) for number in range(40_000)))
    try:
        opened(client, "river/rules.treaty")
        reports = await until("the end of the work", lambda: [
            said for said in client.progress_reports.values() if said and said[-1].kind == "end"
        ])
        assert reports[0][0].kind == "begin"
        assert reports[0][0].title == "Servanda"
        await until("a verdict", lambda: client.diagnostics.get(uri("river/rules.treaty")))
    finally:
        many.unlink()


@pytest.mark.asyncio
async def test_a_question_behind_an_edit_does_not_hold_its_mistakes_back(client: LanguageClient):
    """Editors ask for hints or colours with every edit. What is wrong is told at once all the same, before there are verdicts."""
    opened(client, "river/rules.treaty")
    await shows(client, "river/rules.treaty", RIVER)
    changed(client, "river/rules.treaty", "open-gates", "open-gaits")
    await client.text_document_semantic_tokens_full_async(types.SemanticTokensParams(identifier("river/rules.treaty")))
    await shows(client, "river/rules.treaty", ["unknown-name: open-gaits", RIVER[0]])
    codes = [{one.code for one in told} for told in client.diagnostics.told if told]
    assert {"unknown-name", "fulfilled-late", "breached"} in codes, codes
