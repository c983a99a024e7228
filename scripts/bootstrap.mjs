#!/usr/bin/env node
/**
 * The one door of every npm command: installs and builds what is missing, then runs the command on the pinned Node.
 * It promises to need only Node 20 and npm, to do nothing twice, and to end with a sentence instead of a stack trace.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  commands, decideInstall, explainFailure, installArguments, installEnvironment, nodeIsUsable, npmCommand, oldestNode,
  pinnedNodePath, readFacts, writeStamp,
} from './lib/installation.mjs';
import { aloneIn, lockPath } from './lib/installLock.mjs';
import { patientEnvironment, runWatched } from './lib/watchedRun.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

class Stop extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);

/** Where packages come from, for messages; npm asks its own settings, which may say another place. */
const registry = process.env.npm_config_registry ?? 'the npm registry (https://registry.npmjs.org, unless .npmrc names another)';

/** Times may be set for a slow network and for tests; both in milliseconds. */
const time = (name, standard) => {
  const value = Number(process.env[name]);
  return Number.isFinite(value) && value > 0 ? value : standard;
};

const runQuietly = (file, args, options) => runWatched(file, args, options, {
  say, root, expected: lockedPackages(), beatMs: time('STEROWNIA_INSTALL_BEAT_MS', 5_000), silentMs: time('STEROWNIA_INSTALL_PATIENCE_MS', 120_000),
});

/** For messages only: what cannot be read says nothing. */
function readQuietly(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return {};
  }
}

const lockedPackages = () => Object.keys(readQuietly(join(root, 'package-lock.json')).packages ?? {}).filter((path) => path !== '');

async function installPackages(reason) {
  const npm = npmCommand(process.env, process.execPath);
  say(`Installing dependencies: ${reason}.`);
  say(`Fetching up to ${lockedPackages().length} packages, the pinned Node among them, from ${registry}. This is done once and takes a minute or two.`);
  const started = Date.now();
  const result = await runQuietly(npm.file, [...npm.prefix, ...installArguments], { cwd: root, env: patientEnvironment(installEnvironment(process.env)), shell: npm.shell });
  if (result.code === 127) throw new Stop('npm was not found. Install Node 20 or newer together with npm, then run the command again.');
  if (result.code !== 0) throw new Stop(explainFailure(result.output, registry).join('\n'));
  say(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** npm may be set up not to run install scripts; the pinned Node's own step then has to be run by hand. */
async function installPinnedNode() {
  const folder = join(root, 'node_modules', 'node');
  const script = join(folder, 'installArchSpecificPackage.js');
  if (!existsSync(script)) throw new Stop('The `node` package is not installed. Delete node_modules and run the command again.');
  const { version = 'version unknown' } = readQuietly(join(folder, 'package.json'));
  say(`Fetching the pinned Node (${version}, some 40 MB) from ${registry}.`);
  // The step runs `npm install` inside the package; settings that npm hands down to its scripts would misdirect it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(global|prefix|local_prefix|ignore_scripts)|package_|lifecycle_)/iu.test(name)));
  const result = await runQuietly(process.execPath, [script], { cwd: folder, env: patientEnvironment(installEnvironment(env)) });
  if (!existsSync(pinnedNodePath(root))) {
    throw new Stop([
      'The pinned Node could not be put in place.',
      ...explainFailure(result.output, registry),
      'Remedy: once the network answers, run the command again; or run `npm rebuild node`, or allow install scripts (npm config set ignore-scripts false), then run the command again.',
    ].join('\n'));
  }
}

async function install() {
  if (decideInstall(readFacts(root)).action === 'none') return;
  const done = await aloneIn(root, (holder, waited) => {
    say(`Another installation is at work here (process ${holder.pid} on ${holder.host}, since ${holder.since}); waiting for it${waited < 1000 ? '' : `, ${Math.round(waited / 1000)} s`}.`);
  }, installAlone, time('STEROWNIA_INSTALL_WAIT_MS', 30 * 60_000));
  if (done === null) throw new Stop(`The other installation does not end. End that process, or delete ${lockPath(root)} if there is none, then run the command again.`);
}

/** Decided again: whoever held the lock before may have done all of it. */
async function installAlone() {
  const decision = decideInstall(readFacts(root));
  if (decision.action === 'none') return;
  if (decision.action === 'install') await installPackages(decision.reason);
  if (!existsSync(pinnedNodePath(root))) await installPinnedNode();
  writeStamp(root);
}

/** Runs a script of the project on the pinned Node; Ctrl+C reaches the child by itself, we only wait for its end. */
function runScript(script, args, mayFetchElectron = false) {
  return new Promise((resolve, reject) => {
    const env = mayFetchElectron ? { ...process.env } : installEnvironment(process.env);
    delete env.ELECTRON_RUN_AS_NODE;
    const child = spawn(pinnedNodePath(root), [join(root, script), ...args], { cwd: root, stdio: 'inherit', env });
    const ignore = () => undefined;
    const pass = (signal) => child.kill(signal);
    process.on('SIGINT', ignore);
    process.on('SIGTERM', pass);
    process.on('SIGHUP', pass);
    child.on('error', (error) => reject(new Stop(`The pinned Node does not start (${error.message}). Delete node_modules and run the command again.`)));
    child.on('close', (code, signal) => {
      process.off('SIGINT', ignore);
      process.off('SIGTERM', pass);
      process.off('SIGHUP', pass);
      resolve({ code, signal });
    });
  });
}

function leave({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exitCode = code ?? 1;
}

async function main() {
  if (!nodeIsUsable(process.versions.node)) {
    throw new Stop(`Node ${process.versions.node} is too old; ${oldestNode} or newer is needed.`);
  }
  const [name = '', ...args] = process.argv.slice(2);
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command) throw new Stop(`Unknown command "${name}". Known: ${Object.keys(commands).join(', ')}.`);
  await install();
  if (command.build) {
    const built = await runScript('scripts/build.ts', ['--quiet']);
    if (built.code !== 0) return leave(built);
  }
  return leave(await runScript(command.script, args, command.mayFetchElectron));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}
