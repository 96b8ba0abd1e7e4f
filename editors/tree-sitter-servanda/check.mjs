#!/usr/bin/env node
// Checks the grammar: that the committed parser is the one of grammar.js, that its corpus and its colours are right, that every query
// fits it, and that it takes exactly the files that `servanda` takes: those of the repository, and some thousands made from them by slips.
//
//   node check.mjs [--mutants N] [--seed N] [--keep] [--write]
//
// `check` beside this file installs what it needs and runs it. SERVANDA names the program (else the newest in target/ of the repository),
// TREE_SITTER the command of tree-sitter, NVIM a Neovim of 0.11 or newer to try as well.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutants } from './test/mutants.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const repository = resolve(here, '../..');
const work = mkdtempSync(join(tmpdir(), 'tree-sitter-servanda-'));
const option = (name, otherwise) => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};

// What servanda reports as an error of syntax and the grammar cannot see, each with the reason.
const BEYOND_A_GRAMMAR = [
  { code: 'nested-too-deep', reason: 'a grammar does not count how deep it is, nor the signs of a sum' },
  { code: 'not-text', reason: 'the parser is given text, whatever the bytes were' },
  { code: 'bad-duration', says: /longer than the calendar/, reason: 'it weighs a number against its unit' },
];

let passed = 0;
let failed = 0;
const say = (text) => process.stdout.write(`${text}\n`);
const verdict = (sound, text) => {
  sound ? (passed += 1) : (failed += 1);
  say(`${sound ? 'ok    ' : 'FAILED'} ${text}`);
};

function run(command, args, options = {}) {
  const done = spawnSync(command, args, { cwd: here, encoding: 'utf8', maxBuffer: 1 << 30, env: { ...process.env, NO_COLOR: '1' }, ...options });
  if (done.error) throw done.error;
  return { status: done.status, out: done.stdout, all: done.stdout + done.stderr };
}

function firstOf(candidates, what) {
  const found = candidates.filter(Boolean).find((path) => existsSync(path));
  if (!found) throw new Error(`no ${what}: looked for ${candidates.filter(Boolean).join(', ')}`);
  return found;
}

function findServanda() {
  const target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target');
  const built = ['debug', 'release'].map((profile) => join(target, profile, 'servanda')).filter((path) => existsSync(path));
  built.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return firstOf([process.env.SERVANDA, ...built], 'servanda (build it, or set SERVANDA)');
}

const treeSitter = process.env.TREE_SITTER ?? 'tree-sitter';
const servanda = findServanda();

function treatyFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return ['target', 'node_modules', '.git'].includes(entry.name) ? [] : treatyFiles(path);
    return entry.isFile() && entry.name.endsWith('.treaty') ? [path] : [];
  }).sort();
}

/** The files in which the tree has an ERROR or a MISSING node, with the first of them. */
function refusedByGrammar(paths) {
  const list = join(work, 'paths');
  writeFileSync(list, paths.join('\n'));
  const { out } = run(treeSitter, ['parse', '--quiet', '--paths', list]);
  const refused = new Map();
  for (const line of out.split('\n')) {
    const found = /^(.*?\.treaty)\s+Parse:.*\((.*)\)$/.exec(line.trim());
    if (found) refused.set(found[1], found[2]);
  }
  return refused;
}

/** The files that servanda cannot lay out, which are those with errors of syntax, with these errors. */
function refusedByServanda(paths) {
  const refused = new Map();
  for (let start = 0; start < paths.length; start += 500) {
    const { all } = run(servanda, ['fmt', '--check', '--color', 'never', ...paths.slice(start, start + 500)]);
    let errors = '';
    for (const line of all.split('\n')) {
      const end = /^error: `(.*)` (has errors|is no UTF-8 text); it was left alone$/.exec(line);
      if (end) refused.set(end[1], end[2] === 'has errors' ? errors : 'error: bytes that are no text [not-text]\n');
      errors = end ? '' : `${errors}${line}\n`;
    }
  }
  return refused;
}

function errorsIn(text) {
  return text.split(/^error: /m).slice(1).map((error) => {
    const message = error.split('\n   ,-[')[0].replace(/\s+/g, ' ').trim();
    const [, words, code] = /^(.*) \[([a-z-]+)\]$/.exec(message) ?? ['', message, '?'];
    return { words, code };
  });
}

const excuse = (errors) => {
  const known = errors.map(({ words, code }) => BEYOND_A_GRAMMAR.find((it) => it.code === code && (it.says?.test(words) ?? true)));
  return known.length > 0 && known.every(Boolean) ? known[0].code : undefined;
};

function compare(paths, what, name) {
  const [grammar, language] = [refusedByGrammar(paths), refusedByServanda(paths)];
  const excused = new Map();
  const apart = [];
  for (const path of paths) {
    if (grammar.has(path) === language.has(path)) continue;
    const errors = errorsIn(language.get(path) ?? '');
    const known = grammar.has(path) ? undefined : excuse(errors);
    if (known) excused.set(known, (excused.get(known) ?? 0) + 1);
    else apart.push({ path, grammar: grammar.get(path) ?? 'takes it', language: errors.map(({ words, code }) => `${words} [${code}]`) });
  }
  for (const { path, grammar: one, language: other } of apart.slice(0, 20)) {
    say(`       ${name(path)}\n         tree-sitter: ${one}\n         servanda:    ${other.join('; ') || 'takes it'}`);
  }
  const left = [...excused].map(([code, count]) => `${count} ${code}`).join(', ');
  const counts = `${paths.length - language.size} taken, ${language.size} refused${left ? `, ${left} beyond a grammar` : ''}`;
  verdict(apart.length === 0, `${what}: ${paths.length} files, ${counts}, ${apart.length} apart`);
  return language;
}

function checkGenerated() {
  const again = join(work, 'generated');
  mkdirSync(again);
  const made = run(treeSitter, ['generate', '--output', again]);
  if (made.status !== 0) say(made.all);
  for (const file of ['parser.c', 'grammar.json', 'node-types.json']) {
    const same = made.status === 0 && readFileSync(join(again, file), 'utf8') === readFileSync(join(here, 'src', file), 'utf8');
    verdict(same, `src/${file} is what grammar.js makes`);
  }
}

function checkTests() {
  const tests = run(treeSitter, ['test']);
  if (tests.status !== 0) say(tests.all);
  verdict(tests.status === 0, 'the corpus and the colours (tree-sitter test)');
}

function checkQueries(samples) {
  const folders = ['queries', ...Object.keys(ELSEWHERE)].map((folder) => resolve(here, folder)).filter((folder) => existsSync(folder));
  for (const query of folders.flatMap((folder) => readdirSync(folder).filter((it) => it.endsWith('.scm')).map((it) => join(folder, it)))) {
    const { status, out, all } = run(treeSitter, ['query', query, ...samples]);
    const captures = out.split('\n').filter((line) => line.includes('capture')).length;
    if (status !== 0) say(all);
    verdict(status === 0 && captures > 0, `${relative(dirname(here), query)}: ${captures} captures`);
  }
}

// The queries of editors that have other names for the same colours; `--write` writes them.
const ELSEWHERE = {
  '../zed/languages/servanda': {
    files: ['highlights.scm', 'outline.scm'],
    names: [['comment.documentation', 'comment.doc']],
  },
  '../helix/queries/treaty': {
    files: ['highlights.scm', 'tags.scm'],
    names: [
      ['comment.documentation', 'comment.line.documentation'],
      ['property', 'variable.other.member'],
      ['string.escape', 'constant.character.escape'],
      ['number', 'constant.numeric'],
      ['boolean', 'constant.builtin.boolean'],
      ['keyword.modal', 'keyword.control'],
    ],
  },
};

function checkCopies() {
  for (const [folder, { files, names }] of Object.entries(ELSEWHERE)) {
    for (const file of files) {
      const renamed = names.reduce(
        (text, [name, other]) => text.replaceAll(new RegExp(`@${name.replace('.', '\\.')}(?![\\w.])`, 'g'), `@${other}`),
        readFileSync(join(here, 'queries', file), 'utf8'),
      );
      const copy = `; Written by \`check --write\` in editors/tree-sitter-servanda, from queries/${file}.\n\n${renamed}`;
      const path = resolve(here, folder, file);
      if (process.argv.includes('--write')) {
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, copy);
      }
      verdict(existsSync(path) && readFileSync(path, 'utf8') === copy, `${relative(repository, path)} says what queries/${file} says`);
    }
  }
}

function checkNeovim(samples) {
  const neovim = process.env.NVIM;
  if (!neovim) return say('left out: Neovim (set NVIM)');
  const parser = join(work, 'servanda.so');
  const built = run(treeSitter, ['build', '--output', parser]);
  if (built.status !== 0) say(built.all);
  const { status, all } = run(neovim, ['--headless', '-u', 'NONE', '-l', 'test/neovim.lua', parser, join(here, 'queries'), ...samples]);
  verdict(status === 0, `Neovim: ${all.trim()}`);
}

function checkMutants(sound, count, seed) {
  const folder = join(work, 'mutants');
  mkdirSync(folder);
  const made = [...mutants(sound.map((path) => readFileSync(path, 'utf8')), count, seed)];
  for (const kind of ['words', 'characters']) {
    const paths = [];
    const told = new Map();
    made.filter((mutant) => mutant.kind === kind).forEach(({ text, from, slip }, index) => {
      const path = join(folder, `${kind}-${index}.treaty`);
      writeFileSync(path, text);
      paths.push(path);
      told.set(path, `${path}: ${slip} in ${relative(repository, sound[from])}`);
    });
    compare(paths, `slips in ${kind} (seed ${seed})`, (path) => told.get(path));
  }
}

try {
  say(`${run(treeSitter, ['--version']).out.trim()}, ${run(servanda, ['--version']).out.trim()}`);
  checkGenerated();
  checkTests();
  const files = treatyFiles(repository);
  const language = compare(files, 'the repository', (path) => relative(repository, path));
  const sound = files.filter((path) => !language.has(path) && statSync(path).size < 20_000);
  const rules = sound.filter((path) => path.startsWith(join(repository, 'rules')));
  checkCopies();
  checkQueries(rules);
  checkNeovim(rules.filter((path) => /^\s*pledge /m.test(readFileSync(path, 'utf8'))));
  checkMutants(sound, option('mutants', 6000), option('seed', 1648));
} finally {
  if (!process.argv.includes('--keep') && failed === 0) rmSync(work, { recursive: true, force: true });
  else say(`kept: ${work}`);
}
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
