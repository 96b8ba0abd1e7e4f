// The extension as it is packaged, with Visual Studio Code's own language client in it, in an editor without a window.
// Runs in the folder of the two projects; the first argument is the bundle.
'use strict';

const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const Module = require('node:module');
const os = require('node:os');
const path = require('node:path');
const { after, before, test } = require('node:test');

const find = Module._resolveFilename;
Module._resolveFilename = (name, ...rest) => (name === 'vscode' ? path.join(__dirname, 'vscode.js') : find(name, ...rest));

const vscode = require('./vscode.js');
const extension = require(process.env.SERVANDA_EXTENSION);

/** How long the editor and the server may take together. They take milliseconds; a machine that is busy may take longer. */
const PATIENCE = 120_000;

async function until(what, condition) {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) assert.fail(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const opened = (name) => vscode.test.open(name, fs.readFileSync(name, 'utf8'));

/** What a person sees: `code: the words it stands under`. */
const shown = (document, code) => vscode.test.shown(document)
  .filter((one) => code === undefined || one.code === code)
  .map((one) => `${one.code}: ${document.at(one.range)}`)
  .sort();

async function shows(document, expected, code) {
  const sorted = [...expected].sort();
  try {
    await until('diagnostics', () => JSON.stringify(shown(document, code)) === JSON.stringify(sorted));
  } catch {
    assert.deepEqual(shown(document, code), sorted);
  }
}

const place = (document, text, behind = '') => {
  const from = document.text.indexOf(behind);
  return document.positionAt(document.text.indexOf(text, from));
};

const RIVER = ['breached: must not dump(in: delta)', 'fulfilled-late: within 90 days of signature'];
const RECORDS = ['breached: "dump"', ...Array(3).fill('fulfilled-late: "open-gates"')];

let river, records, doha;

before(async () => {
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(process.cwd()), name: 'treaties', index: 0 }];
  await extension.activate({ subscriptions: [] });
  river = opened('river/rules.treaty');
  records = opened('river/records/one.toml');
  doha = opened('doha/rules/doha-2020.treaty');
});

after(() => extension.deactivate());

test('each diagnostic is shown once, at its words', async () => {
  await shows(river, RIVER);
  await shows(records, RECORDS);
  await shows(opened('river/tabs.treaty'), ['fulfilled-late: by 2024-03-01']);
  await shows(opened('river/crlf.treaty'), ['fulfilled-late: by 2024-02-01']);
  await shows(doha, [
    'overdue: by 2020-03-10', 'overdue: by 2020-03-10', 'overdue: within 135 days of announcement',
  ], 'overdue');
  assert.equal(new Set(vscode.test.shown(doha).map((one) => JSON.stringify(one))).size, vscode.test.shown(doha).length);
});

test('a verdict at a record leads to the pledge', async () => {
  const [found] = vscode.test.shown(records).filter((one) => one.code === 'breached');
  assert.equal(found.severity, vscode.DiagnosticSeverity.Information);
  assert.match(found.relatedInformation[0].location.uri.toString(), /river\/rules\.treaty$/);
  assert.equal(river.at(found.relatedInformation[0].location.range), 'must not dump(in: delta)');
});

test('edits of rules and records are judged without being saved', async () => {
  vscode.test.type(records, 'by = "南"', 'by = "南😀国"');
  await shows(records, ['unknown-actor: "南😀国"'], 'unknown-actor');
  await shows(river, RIVER.slice(1));
  vscode.test.type(records, '南😀国', '南');
  await shows(river, RIVER);
  vscode.test.type(river, 'dump(in', 'dumb(in');
  await shows(river, ['unknown-name: dumb'], 'unknown-name');
});

test('a fix mends what it is for', async () => {
  const found = vscode.test.shown(river).filter((one) => one.code === 'unknown-name');
  const context = { diagnostics: found, triggerKind: vscode.CodeActionTriggerKind.Invoke };
  const [action] = await vscode.test.provide('CodeActions', river, found[0].range, context);
  assert.equal(action.kind.value, 'quickfix');
  await vscode.workspace.applyEdit(action.edit);
  await shows(river, RIVER);
});

test('verdicts stand above pledges, and show their proof', async () => {
  const lenses = await vscode.test.provide('CodeLens', doha);
  const lens = lenses.find((one) => one.command.arguments[0].pledge === 'five-bases');
  assert.match(lens.command.title, /overdue by 417 days/);
  await vscode.commands.executeCommand(lens.command.command, ...lens.command.arguments);
  assert.match(vscode.window.shown.text, /What is owed/);
  vscode.window.picks = (items) => items.find((item) => item.label === 'prisoners-other-side');
  vscode.window.activeTextEditor = { document: doha };
  await vscode.commands.executeCommand('servanda.showProof');
  assert.match(vscode.window.shown.uri.toString(), /prisoners-other-side/);
});

test('scenarios run from the palette', async () => {
  vscode.window.activeTextEditor = { document: river };
  await vscode.commands.executeCommand('servanda.runScenarios');
  assert.match(vscode.window.shown.text, /opened late/);
});

test('another as-of date changes the verdicts', async () => {
  vscode.window.typed = '2024-03-01';
  await vscode.commands.executeCommand('servanda.changeAsOf');
  await shows(river, []);
  vscode.test.configure('servanda.asOf', '');
  await shows(river, RIVER);
});

test('hints, outline, folds, links, selections and colours come', async () => {
  const whole = new vscode.Range(new vscode.Position(0, 0), river.positionAt(river.text.length));
  const [hint] = await vscode.test.provide('InlayHints', river, whole);
  assert.equal(hint.label, '= 2024-03-31');
  assert.ok(hint.position.isEqual(river.positionAt(river.text.indexOf(' }\n\npledge dumping'))));
  const outline = await vscode.test.provide('DocumentSymbol', river);
  assert.deepEqual(outline.map((one) => one.name), ['river-2024', 'signature', 'gates', 'dumping', 'opened late']);
  assert.equal(river.at(outline[2].selectionRange), 'gates');
  assert.ok((await vscode.test.provide('FoldingRange', river, {})).length > 0);
  const links = await vscode.test.provide('DocumentLink', river);
  assert.deepEqual(links.map((one) => river.at(one.range)), ['"words.treaty"', 'https://example.org/river.pdf']);
  const [selection] = await vscode.test.provide('SelectionRange', river, [place(river, 'delta', 'pledge dumping')]);
  assert.equal(river.at(selection.range), 'delta');
  const colours = await vscode.test.provide('DocumentSemanticTokens', river);
  assert.equal(colours.data.length % 5, 0);
  assert.ok(colours.data.length > 0);
});

test('what stands under the pointer is explained', async () => {
  const [hover] = [await vscode.test.provide('Hover', records, place(records, 'dump"'))].flat();
  const text = [hover.contents].flat().map((one) => one.value).join('\n');
  assert.match(text, /event dump\(by: actor, in: place\)/);
  assert.equal(records.at(hover.range), 'dump');
});

test('what may follow is offered, and its text goes where it belongs', async () => {
  const end = records.text.length;
  const typed = '\n[[event]]\nnote = "😀"\nkind = "du"';
  vscode.test.edit(records, [{ range: new vscode.Range(records.positionAt(end), records.positionAt(end)), newText: typed }]);
  const context = { triggerKind: vscode.CompletionTriggerKind.Invoke, triggerCharacter: undefined };
  const at = records.positionAt(records.text.length - 1);
  const found = await vscode.test.provide('CompletionItem', records, at, context);
  const items = found.items || found;
  const item = items.find((one) => one.label === 'dump');
  const range = item.range.inserting || item.range;
  vscode.test.edit(records, [{ range, newText: item.insertText.value || item.insertText }]);
  assert.match(records.text, /note = "😀"\nkind = "dump"$/);
  vscode.test.type(records, typed.replace('"du"', '"dump"'), '');
});

test('names lead to their declarations and uses, on both sides', async () => {
  const [declared] = [await vscode.test.provide('Definition', records, place(records, 'open-gates'))].flat();
  assert.match((declared.uri || declared.targetUri).toString(), /river\/words\.treaty$/);
  const uses = await vscode.test.provide('Reference', river, place(river, 'open-gates(in'), { includeDeclaration: true });
  const files = new Set(uses.map((one) => path.basename(one.uri.path)));
  assert.deepEqual([...files].sort(), ['crlf.treaty', 'one.toml', 'rules.treaty', 'tabs.treaty', 'words.treaty']);
  for (const use of uses.filter((one) => one.uri.toString() === river.uri.toString())) {
    assert.equal(river.at(use.range), 'open-gates');
  }
  const marks = await vscode.test.provide('DocumentHighlight', river, place(river, 'delta'));
  assert.deepEqual(marks.map((one) => river.at(one.range)), ['delta', 'delta', 'delta']);
});

test('a name is changed on both sides at once', async () => {
  const at = place(river, 'open-gates(in');
  const words = opened('river/words.treaty');
  const edit = await vscode.test.provide('Rename', river, at, 'lift-gates');
  await vscode.workspace.applyEdit(edit);
  for (const document of vscode.workspace.textDocuments.filter((one) => one.fileName.includes('/river/'))) {
    assert.doesNotMatch(document.text, /open-gates/);
    assert.match(document.text, /lift-gates/);
  }
  await shows(river, RIVER);
  for (const document of vscode.workspace.textDocuments.filter((one) => one.fileName.includes('/river/'))) {
    const offset = document.text.indexOf('lift-gates');
    assert.ok(offset > 0, document.fileName);
  }
  await vscode.workspace.applyEdit(await vscode.test.provide('Rename', words, place(words, 'lift-gates'), 'open-gates'));
  await shows(records, RECORDS);
});

test('the layout is that of the command line', async () => {
  for (const name of ['rules', 'tabs', 'crlf']) {
    const document = vscode.workspace.textDocuments.find((one) => one.fileName.endsWith(`${name}.treaty`) && one.fileName.includes('river'));
    const copy = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'servanda-')), 'rules.treaty');
    fs.writeFileSync(copy, document.text);
    execFileSync('servanda', ['fmt', copy]);
    const expected = fs.readFileSync(copy, 'utf8');
    fs.rmSync(path.dirname(copy), { recursive: true });
    assert.notEqual(document.text, expected);
    const edits = await vscode.test.provide('DocumentFormattingEdit', document, { tabSize: 2, insertSpaces: true });
    vscode.test.edit(document, edits);
    assert.equal(document.text, expected);
  }
});

test('long work is shown in the status bar, and ends', async () => {
  const record = (number) => `[[event]]\nid = "d${number}"\nkind = "dump"\nwhen = 2024-05-01\nby = "south"\nin = "delta"\nsource = "commission"\nbasis = "observed"\n`;
  const before = vscode.test.progress.length;
  vscode.test.type(records, '[[event]]', `${Array.from({ length: 40_000 }, (_, number) => record(number)).join('')}[[event]]`);
  const told = await until('progress', () => vscode.test.progress[before]?.includes('end') && vscode.test.progress[before]);
  assert.match(told[0], /Servanda|reading|working/);
});

test('what is closed goes when the whole project is', async () => {
  for (const document of [...vscode.workspace.textDocuments]) vscode.test.close(document);
  await until('an empty list', () => [river, records, doha].every((document) => vscode.test.shown(document).length === 0));
});
