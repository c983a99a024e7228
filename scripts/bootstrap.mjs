#!/usr/bin/env node
/**
 * The one door of every npm command: installs and builds what is missing, then runs the command on the pinned Node.
 * It promises to need only Node 20 and npm, to do nothing twice, and to end with a sentence instead of a stack trace.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  commands, decideInstall, explainFailure, installArguments, installEnvironment, nodeIsUsable, npmCommand, oldestNode,
  pinnedNodePath, readFacts, writeStamp,
} from './lib/installation.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

class Stop extends Error {}

const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a program and collects what it prints; a line every ten seconds shows that it is alive. */
function runQuietly(file, args, options) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setInterval(() => {
      const count = existsSync(join(root, 'node_modules')) ? readdirSync(join(root, 'node_modules')).length : 0;
      say(`  … ${Math.round((Date.now() - started) / 1000)} s, ${count} packages in place`);
    }, 10_000);
    const end = (code, text) => {
      clearInterval(timer);
      resolve({ code, output: output + text });
    };
    child.on('error', (error) => end(127, `\n${error.code ?? ''} ${error.message}`));
    child.on('close', (code) => end(code ?? 1, ''));
  });
}

async function installPackages(reason) {
  const npm = npmCommand(process.env, process.execPath);
  say(`Installing dependencies: ${reason}.`);
  const started = Date.now();
  const result = await runQuietly(npm.file, [...npm.prefix, ...installArguments], { cwd: root, env: installEnvironment(process.env), shell: npm.shell });
  if (result.code === 127) throw new Stop('npm was not found. Install Node 20 or newer together with npm, then run the command again.');
  if (result.code !== 0) throw new Stop(explainFailure(result.output, process.env.npm_config_registry).join('\n'));
  say(`Dependencies installed in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** npm may be set up not to run install scripts; the pinned Node's own step then has to be run by hand. */
async function installPinnedNode() {
  const folder = join(root, 'node_modules', 'node');
  const script = join(folder, 'installArchSpecificPackage.js');
  if (!existsSync(script)) throw new Stop('The `node` package is not installed. Delete node_modules and run the command again.');
  say('Fetching the pinned Node.');
  // The step runs `npm install` inside the package; settings that npm hands down to its scripts would misdirect it.
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(config_(global|prefix|local_prefix|ignore_scripts)|package_|lifecycle_)/iu.test(name)));
  const result = await runQuietly(process.execPath, [script], { cwd: folder, env: installEnvironment(env) });
  if (!existsSync(pinnedNodePath(root))) {
    throw new Stop([
      'The pinned Node could not be put in place.',
      ...explainFailure(result.output, process.env.npm_config_registry),
      'Remedy: run `npm rebuild node`, or allow install scripts (npm config set ignore-scripts false), then run the command again.',
    ].join('\n'));
  }
}

async function install() {
  const decision = decideInstall(readFacts(root));
  if (decision.action === 'none') return;
  if (decision.action === 'install') await installPackages(decision.reason);
  if (!existsSync(pinnedNodePath(root))) await installPinnedNode();
  writeStamp(root);
}

/** Runs a script of the project on the pinned Node; Ctrl+C reaches the child by itself, we only wait for its end. */
function runScript(script, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, ELECTRON_SKIP_BINARY_DOWNLOAD: '1' };
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
  return leave(await runScript(command.script, args));
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}
