// Starts the `servanda` program and shows what it says. Nothing is judged here.
'use strict';

const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');

/** @type {LanguageClient | undefined} */
let client;

/** Texts that the program wrote, shown as read-only documents, by address. */
const pages = new Map();
const pageChanged = new vscode.EventEmitter();

function settings() {
  const configuration = vscode.workspace.getConfiguration('servanda');
  const stated = (key) => configuration.get(key) || undefined;
  return { asOf: stated('asOf'), standard: stated('standard') };
}

async function start() {
  const command = vscode.workspace.getConfiguration('servanda').get('path') || 'servanda';
  const server = { command, args: ['lsp'] };
  const options = {
    documentSelector: [
      { scheme: 'file', language: 'treaty' },
      { scheme: 'file', pattern: '**/*.toml' },
    ],
    initializationOptions: settings(),
    middleware: { executeCommand: showAnswer },
  };
  client = new LanguageClient('servanda', 'Servanda', server, options);
  try {
    await client.start();
  } catch (error) {
    const message = `Servanda could not be started as \`${command}\`: ${error.message}. Set servanda.path to the program.`;
    if ((await vscode.window.showErrorMessage(message, 'Open Settings')) === 'Open Settings') {
      vscode.commands.executeCommand('workbench.action.openSettings', 'servanda.path');
    }
  }
}

/** Runs a command of the server and shows the text that it answers with. */
async function showAnswer(command, args, next) {
  const answer = await next(command, args);
  if (answer && typeof answer.text === 'string') {
    await showPage(answer.title || command, answer.text);
  }
  return answer;
}

async function showPage(title, text) {
  const address = vscode.Uri.from({ scheme: 'servanda', path: `/${title}.txt` });
  pages.set(address.toString(), text);
  pageChanged.fire(address);
  const page = await vscode.workspace.openTextDocument(address);
  await vscode.window.showTextDocument(page, { preview: true, viewColumn: vscode.ViewColumn.Beside });
}

/** Lets whoever works here pick one of the lenses of a kind in the file, and does what it does. */
async function pick(command, placeHolder) {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return;
  const lenses = await vscode.commands.executeCommand('vscode.executeCodeLensProvider', editor.document.uri, 1000);
  const items = (lenses || [])
    .filter((lens) => lens.command && lens.command.command === command)
    .map((lens) => ({
      label: lens.command.arguments[0].pledge || lens.command.arguments[0].scenario,
      description: lens.command.title,
      lens,
    }));
  const chosen = await vscode.window.showQuickPick(items, { placeHolder, matchOnDescription: true });
  if (chosen) {
    await vscode.commands.executeCommand(command, ...chosen.lens.command.arguments);
  }
}

async function runScenarios() {
  const editor = vscode.window.activeTextEditor;
  if (editor) {
    await vscode.commands.executeCommand('servanda.runScenario', { uri: editor.document.uri.toString() });
  }
}

async function changeAsOf() {
  const configuration = vscode.workspace.getConfiguration('servanda');
  const value = await vscode.window.showInputBox({
    prompt: 'Judge as of which day? Empty: what servanda.toml says, else today',
    value: configuration.get('asOf'),
    validateInput: (text) => (/^(\d{4}-\d{2}-\d{2})?$/.test(text) ? undefined : 'Write the day as 2021-09-03'),
  });
  if (value !== undefined) {
    await configuration.update('asOf', value, vscode.ConfigurationTarget.Workspace);
  }
}

async function restart() {
  if (client) await client.stop();
  await start();
}

async function activate(context) {
  const command = (name, run) => vscode.commands.registerCommand(name, run);
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider('servanda', {
      onDidChange: pageChanged.event,
      provideTextDocumentContent: (address) => pages.get(address.toString()) || '',
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('servanda.path')) restart();
      else if (client && change.affectsConfiguration('servanda')) {
        client.sendNotification('workspace/didChangeConfiguration', { settings: { servanda: settings() } });
      }
    }),
    command('servanda.showProof', () => pick('servanda.why', 'Show the proof of which pledge?')),
    command('servanda.runScenarios', runScenarios),
    command('servanda.changeAsOf', changeAsOf),
    command('servanda.restart', restart),
  );
  await start();
}

async function deactivate() {
  if (client) await client.stop();
}

module.exports = { activate, deactivate };
