// A Visual Studio Code without a window: as much of its programming interface as its language client and the extension use.
// Texts, diagnostics, providers and commands are kept where the tests can look at them; the rest does nothing.
'use strict';

const path = require('path');
const { pathToFileURL, fileURLToPath } = require('url');

class Disposable {
  constructor(dispose = () => {}) { this.dispose = dispose; }
  static from(...all) { return new Disposable(() => all.forEach((one) => one.dispose())); }
}

class EventEmitter {
  constructor() {
    this.listeners = new Set();
    this.event = (listener, self, disposables) => {
      const bound = self ? listener.bind(self) : listener;
      this.listeners.add(bound);
      const disposable = new Disposable(() => this.listeners.delete(bound));
      if (disposables) disposables.push(disposable);
      return disposable;
    };
  }
  fire(value) { for (const listener of [...this.listeners]) listener(value); }
  dispose() { this.listeners.clear(); }
}

class Position {
  constructor(line, character) { Object.assign(this, { line, character }); }
  isBefore(other) { return this.line < other.line || (this.line === other.line && this.character < other.character); }
  isEqual(other) { return this.line === other.line && this.character === other.character; }
}

class Range {
  constructor(start, end, endLine, endCharacter) {
    this.start = endLine === undefined ? start : new Position(start, end);
    this.end = endLine === undefined ? end : new Position(endLine, endCharacter);
  }
  isEqual(other) { return this.start.isEqual(other.start) && this.end.isEqual(other.end); }
}

class Uri {
  constructor(scheme, path_) { this.scheme = scheme; this.path = path_; this.authority = ''; this.query = ''; this.fragment = ''; }
  static file(name) { return Uri.parse(pathToFileURL(name).toString()); }
  static from(parts) { return new Uri(parts.scheme, parts.path); }
  static parse(text) {
    const cut = text.indexOf(':');
    return new Uri(text.slice(0, cut), decodeURIComponent(text.slice(cut + 1).replace(/^\/\//, '')));
  }
  get fsPath() { return this.path; }
  // The colon and everything that is not plain is written in hexadecimal, as the editor does it.
  toString() {
    const written = this.path.split('/').map(encodeURIComponent).join('/');
    return this.scheme === 'file' ? `file://${written}` : `${this.scheme}:${written}`;
  }
  with(change) { return Object.assign(new Uri(this.scheme, this.path), change); }
}

class Diagnostic {
  constructor(range, message, severity) { Object.assign(this, { range, message, severity }); }
}

class Location {
  constructor(uri, range) { Object.assign(this, { uri, range }); }
}

/** A class whose objects hold what they are made of, under these names. */
const plain = (...names) => class {
  constructor(...values) { names.forEach((name, at) => { this[name] = values[at]; }); }
};

class MarkdownString {
  constructor(value = '') { this.value = value; }
  appendCodeblock(code, language = '') { this.value += `\n\`\`\`${language}\n${code}\n\`\`\`\n`; return this; }
}

class CodeActionKind {
  constructor(value) { this.value = value; }
  append(part) { return new CodeActionKind(this.value ? `${this.value}.${part}` : part); }
  contains(other) { return other.value.startsWith(this.value); }
}
for (const [name, value] of Object.entries({
  Empty: '', QuickFix: 'quickfix', Refactor: 'refactor', RefactorExtract: 'refactor.extract', RefactorInline: 'refactor.inline',
  RefactorRewrite: 'refactor.rewrite', Source: 'source', SourceOrganizeImports: 'source.organizeImports', SourceFixAll: 'source.fixAll',
})) CodeActionKind[name] = new CodeActionKind(value);

class WorkspaceEdit {
  constructor() { this.changes = new Map(); }
  set(uri, edits) { this.changes.set(uri.toString(), edits); }
  replace(uri, range, newText) {
    const key = uri.toString();
    this.changes.set(key, [...(this.changes.get(key) || []), { range, newText }]);
  }
}

class TextEdit {
  constructor(range, newText) { Object.assign(this, { range, newText }); }
}

class CancellationTokenSource {
  constructor() {
    const emitter = new EventEmitter();
    this.token = { isCancellationRequested: false, onCancellationRequested: emitter.event };
    this.emitter = emitter;
  }
  cancel() { this.token.isCancellationRequested = true; this.emitter.fire(); }
  dispose() {}
}

/** The numbers of names in order, as the editor's enumerations have them. */
const numbers = (first, names) => Object.fromEntries(names.split(' ').map((name, at) => [name, at + first]));

// ---- texts ----

class TextDocument {
  constructor(name, languageId, text) {
    Object.assign(this, { uri: Uri.file(name), fileName: name, languageId, version: 1, text, isClosed: false, isDirty: false, isUntitled: false });
  }
  getText() { return this.text; }
  get lineCount() { return this.text.split('\n').length; }
  positionAt(offset) {
    const before = this.text.slice(0, offset).split('\n');
    return new Position(before.length - 1, before[before.length - 1].length);
  }
  offsetAt(position) {
    const lines = this.text.split('\n').slice(0, position.line);
    return lines.reduce((sum, line) => sum + line.length + 1, 0) + position.character;
  }
  /** The text at a place: columns are counted in UTF-16, as the strings of this language are. */
  at(range) { return this.text.slice(this.offsetAt(range.start), this.offsetAt(range.end)); }
}

const events = new Proxy({}, { get: (known, name) => (known[name] ??= new EventEmitter()) });
const documents = [];
const collections = [];
const providers = {};
const commands = new Map();
const configuration = {};
const messages = [];
const progress = [];
let pages;

const workspace = {
  workspaceFolders: undefined,
  textDocuments: documents,
  notebookDocuments: [],
  fs: { isWritableFileSystem: () => true },
  getWorkspaceFolder: () => workspace.workspaceFolders?.[0],
  getConfiguration: (section) => ({
    get: (key, preset) => configuration[section ? `${section}.${key}` : key] ?? preset,
    has: (key) => `${section}.${key}` in configuration,
    inspect: () => undefined,
    update: async (key, value) => vscode.test.configure(`${section}.${key}`, value),
  }),
  registerTextDocumentContentProvider: (_, provider) => { pages = provider; return new Disposable(); },
  openTextDocument: async (uri) => ({ uri, text: pages.provideTextDocumentContent(uri) }),
  createFileSystemWatcher: () => ({
    onDidCreate: events.created.event, onDidChange: events.onDisk.event, onDidDelete: events.deleted.event, dispose() {},
  }),
  applyEdit: async (edit) => { vscode.test.apply(edit); return true; },
};
for (const name of [
  'DidOpenTextDocument', 'DidCloseTextDocument', 'DidChangeTextDocument', 'DidSaveTextDocument', 'WillSaveTextDocument',
  'DidChangeConfiguration', 'DidChangeWorkspaceFolders', 'DidCreateFiles', 'DidRenameFiles', 'DidDeleteFiles', 'WillCreateFiles',
  'WillRenameFiles', 'WillDeleteFiles', 'DidOpenNotebookDocument', 'DidCloseNotebookDocument', 'DidChangeNotebookDocument',
  'DidSaveNotebookDocument', 'DidGrantWorkspaceTrust',
]) workspace[`on${name}`] = events[`on${name}`].event;

const matches = (selector, document) => [selector].flat().some((one) =>
  (!one.language || one.language === document.languageId)
  && (!one.scheme || one.scheme === document.uri.scheme)
  && (!one.pattern || (one.pattern === '**/*.toml' && document.fileName.endsWith('.toml'))));

const languages = {
  match: (selector, document) => (matches(selector, document) ? 10 : 0),
  createDiagnosticCollection: (name) => {
    const shown = new Map();
    const collection = {
      name, shown,
      set: (uri, found) => shown.set(uri.toString(), found || []),
      delete: (uri) => shown.delete(uri.toString()),
      get: (uri) => shown.get(uri.toString()),
      has: (uri) => shown.has(uri.toString()),
      clear: () => shown.clear(),
      dispose: () => collections.splice(collections.indexOf(collection), 1),
    };
    collections.push(collection);
    return collection;
  },
};
for (const kind of [
  'CompletionItem', 'Hover', 'SignatureHelp', 'Definition', 'Reference', 'DocumentHighlight', 'DocumentSymbol', 'WorkspaceSymbol',
  'CodeActions', 'CodeLens', 'DocumentFormattingEdit', 'DocumentRangeFormattingEdit', 'OnTypeFormattingEdit', 'Rename', 'DocumentLink',
  'FoldingRange', 'SelectionRange', 'InlayHints', 'DocumentSemanticTokens', 'DocumentRangeSemanticTokens', 'Color', 'Declaration',
  'TypeDefinition', 'Implementation', 'CallHierarchy', 'TypeHierarchy', 'LinkedEditingRange', 'InlineValues', 'InlineCompletionItem',
]) {
  languages[`register${kind}Provider`] = (...given) => {
    const at = given.findIndex((one) => one && Object.keys(one).concat(Object.keys(Object.getPrototypeOf(one))).some((key) => key.startsWith('provide')));
    const entry = { selector: at > 0 ? given[0] : undefined, provider: given[at], rest: given.slice(at + 1) };
    (providers[kind] ??= []).push(entry);
    return new Disposable(() => providers[kind].splice(providers[kind].indexOf(entry), 1));
  };
}

const channel = { append() {}, appendLine: (line) => messages.push(line), replace() {}, clear() {}, show() {}, hide() {}, dispose() {}, info() {}, error(line) { messages.push(line); }, trace() {}, debug() {}, warn() {} };
const says = (text) => { messages.push(text); return Promise.resolve(undefined); };
const window = {
  activeTextEditor: undefined,
  visibleTextEditors: [],
  tabGroups: { all: [], activeTabGroup: undefined, onDidChangeTabs: events.tabs.event, onDidChangeTabGroups: events.groups.event },
  createOutputChannel: () => channel,
  showInformationMessage: says, showWarningMessage: says, showErrorMessage: says,
  showTextDocument: async (document) => { window.shown = document; },
  showQuickPick: async (items) => window.picks(items),
  showInputBox: async () => window.typed,
  onDidChangeActiveTextEditor: events.editor.event,
  onDidChangeVisibleTextEditors: events.editors.event,
  withProgress: async (options, run) => {
    const told = [];
    progress.push(told);
    await run({ report: (said) => told.push(said.message) }, new CancellationTokenSource().token);
    told.push('end');
  },
};

const vscode = {
  version: '1.95.0',
  env: { appName: 'Visual Studio Code', language: 'en', openExternal() {} },
  Disposable, EventEmitter, Position, Range, Uri, Diagnostic, Location, MarkdownString, CodeActionKind, WorkspaceEdit, TextEdit,
  CancellationTokenSource, CancellationError: class extends Error {},
  Selection: Range,
  SnippetString: plain('value'),
  RelativePattern: plain('baseUri', 'pattern'),
  DiagnosticRelatedInformation: plain('location', 'message'),
  CompletionItem: plain('label', 'kind'),
  CompletionList: plain('items', 'isIncomplete'),
  Hover: plain('contents', 'range'),
  SignatureHelp: plain(), SignatureInformation: plain('label', 'documentation'), ParameterInformation: plain('label', 'documentation'),
  DocumentHighlight: plain('range', 'kind'),
  SymbolInformation: plain('name', 'kind', 'containerName', 'location'),
  DocumentSymbol: plain('name', 'detail', 'kind', 'range', 'selectionRange'),
  CodeLens: plain('range', 'command'),
  CodeAction: plain('title', 'kind'),
  DocumentLink: plain('range', 'target'),
  FoldingRange: plain('start', 'end', 'kind'),
  SelectionRange: plain('range', 'parent'),
  InlayHint: plain('position', 'label', 'kind'), InlayHintLabelPart: plain('value'),
  SemanticTokens: plain('data', 'resultId'), SemanticTokensEdits: plain('edits', 'resultId'), SemanticTokensEdit: plain('start', 'deleteCount', 'data'),
  SemanticTokensLegend: plain('tokenTypes', 'tokenModifiers'),
  CallHierarchyItem: plain(), TypeHierarchyItem: plain(), LinkedEditingRanges: plain(), Color: plain(), ColorInformation: plain(), ColorPresentation: plain(),
  InlineValueText: plain(), InlineCompletionItem: plain(), InlineCompletionList: plain(), TabInputText: plain('uri'), TabInputTextDiff: plain(), TabInputCustom: plain(), TabInputNotebook: plain(),
  DiagnosticSeverity: numbers(0, 'Error Warning Information Hint'),
  DiagnosticTag: numbers(1, 'Unnecessary Deprecated'),
  CompletionItemKind: numbers(0, 'Text Method Function Constructor Field Variable Class Interface Module Property Unit Value Enum Keyword Snippet Color File Reference Folder EnumMember Constant Struct Event Operator TypeParameter User Issue'),
  CompletionItemTag: numbers(1, 'Deprecated'), CompletionTriggerKind: numbers(0, 'Invoke TriggerCharacter TriggerForIncompleteCompletions'),
  SignatureHelpTriggerKind: numbers(1, 'Invoke TriggerCharacter ContentChange'),
  DocumentHighlightKind: numbers(0, 'Text Read Write'),
  SymbolKind: numbers(0, 'File Module Namespace Package Class Method Property Field Constructor Enum Interface Function Variable Constant String Number Boolean Array Object Key Null EnumMember Struct Event Operator TypeParameter'),
  SymbolTag: numbers(1, 'Deprecated'), InlayHintKind: numbers(1, 'Type Parameter'), FoldingRangeKind: numbers(1, 'Comment Imports Region'),
  CodeActionTriggerKind: numbers(1, 'Invoke Automatic'), TextDocumentSaveReason: numbers(1, 'Manual AfterDelay FocusOut'),
  FileType: numbers(0, 'Unknown File Directory SymbolicLink'), ProgressLocation: { SourceControl: 1, Window: 10, Notification: 15 },
  ConfigurationTarget: numbers(1, 'Global Workspace WorkspaceFolder'), ViewColumn: { Beside: -2 }, EndOfLine: numbers(1, 'LF CRLF'),
  workspace, languages, window,
  commands: {
    registerCommand: (name, run, self) => {
      if (commands.has(name)) throw new Error(`command '${name}' already exists`);
      commands.set(name, self ? run.bind(self) : run);
      return new Disposable(() => commands.delete(name));
    },
    executeCommand: async (name, ...given) => {
      if (name === 'vscode.executeCodeLensProvider') return vscode.test.provide('CodeLens', documents.find((one) => one.uri.toString() === given[0].toString()));
      if (!commands.has(name)) throw new Error(`command '${name}' not found`);
      return commands.get(name)(...given);
    },
  },
};

// ---- what the tests do and see ----

vscode.test = {
  providers, commands, messages, progress,
  /** Opens a file, as a click on it would. */
  open(name, text) {
    const full = path.resolve(name);
    const document = new TextDocument(full, full.endsWith('.treaty') ? 'treaty' : 'toml', text);
    documents.push(document);
    window.activeTextEditor = { document };
    events.onDidOpenTextDocument.fire(document);
    return document;
  },
  close(document) {
    document.isClosed = true;
    documents.splice(documents.indexOf(document), 1);
    events.onDidCloseTextDocument.fire(document);
  },
  /** Replaces the first place of a text by another, as typing would. */
  type(document, old, text) {
    const offset = document.text.indexOf(old);
    if (offset < 0) throw new Error(`${JSON.stringify(old)} is not in the text`);
    const range = new Range(document.positionAt(offset), document.positionAt(offset + old.length));
    vscode.test.edit(document, [{ range, newText: text }]);
  },
  edit(document, edits) {
    const changes = edits
      .map(({ range, newText }) => ({ range, text: newText, rangeOffset: document.offsetAt(range.start), rangeLength: document.at(range).length }))
      .sort((a, b) => b.rangeOffset - a.rangeOffset);
    for (const { rangeOffset, rangeLength, text } of changes) {
      document.text = document.text.slice(0, rangeOffset) + text + document.text.slice(rangeOffset + rangeLength);
    }
    document.version += 1;
    document.isDirty = true;
    events.onDidChangeTextDocument.fire({ document, contentChanges: changes, reason: undefined });
  },
  apply(edit) {
    for (const [uri, edits] of edit.changes) {
      vscode.test.edit(documents.find((one) => one.uri.toString() === uri), edits);
    }
  },
  configure(key, value) {
    configuration[key] = value;
    events.onDidChangeConfiguration.fire({ affectsConfiguration: (section) => key === section || key.startsWith(`${section}.`) });
  },
  /** Everything that stands under the words of a document, from whichever collection: what a person would see. */
  shown(document) {
    return collections.flatMap((collection) => collection.get(document.uri) || []);
  },
  /** Asks the provider of a kind for a document, and for whatever else is given. */
  async provide(kind, document, ...rest) {
    const entries = (providers[kind] || []).filter((entry) => matches(entry.selector, document));
    if (entries.length !== 1) throw new Error(`${entries.length} providers of ${kind}`);
    const { provider } = entries[0];
    const name = Object.keys(provider).find((key) => key.startsWith('provide') && typeof provider[key] === 'function');
    const token = new CancellationTokenSource().token;
    // Completion and signatures are told last how they were asked for; everything else ends with the token.
    const given = ['CompletionItem', 'SignatureHelp'].includes(kind) ? [rest[0], token, rest[1]] : [...rest, token];
    return provider[name](document, ...given);
  },
};

module.exports = vscode;
