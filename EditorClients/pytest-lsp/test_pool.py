"""Which exemplars does the server offer for an instruction? A test of a project's pool, with pytest-lsp."""
import pathlib

import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

PROJECT = pathlib.Path.cwd()


@pytest_lsp.fixture(config=ClientServerConfig(server_command=["pillow-lsp", "serve"]))
async def client(lsp_client: LanguageClient):
    await lsp_client.initialize_session(types.InitializeParams(
        capabilities=pytest_lsp.client_capabilities("neovim"), root_uri=PROJECT.as_uri(),
        workspace_folders=[types.WorkspaceFolder(uri=PROJECT.as_uri(), name=PROJECT.name)]))
    yield
    await lsp_client.shutdown_session()


async def labels(client, instruction, language="python"):
    """The exemplars that the menu offers behind an instruction, best first."""
    uri = (PROJECT / "new.py").as_uri()
    client.text_document_did_open(types.DidOpenTextDocumentParams(
        types.TextDocumentItem(uri=uri, language_id=language, version=1, text=f"# {instruction}")))
    result = await client.text_document_completion_async(types.CompletionParams(
        types.TextDocumentIdentifier(uri=uri), types.Position(0, len(instruction) + 2)))
    return [item.label for item in result.items]


async def test_the_exemplar_that_is_meant_comes_first(client):
    assert (await labels(client, "Write a function that sums two numbers."))[0] == "Write a function that adds two numbers."


async def test_three_are_offered(client):
    assert len(await labels(client, "Write a function that returns the larger of two numbers.")) == 3
