/**
 * Starts a command-line program of the checkout on the right Node. Plain JavaScript: it must load in a few milliseconds
 * and on any Node from 20 on.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const wantedMajor = 24;

function stop(name, message) {
  process.stderr.write(`${name}: ${message}\n`);
  process.exitCode = 1;
}

/** node:sqlite announces itself as experimental on every start; every other warning is let through. */
function hideSqliteWarning() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const text = typeof warning === 'string' ? warning : warning.message;
    const kind = typeof rest[0] === 'string' ? rest[0] : rest[0]?.type;
    if (kind === 'ExperimentalWarning' && text.startsWith('SQLite is an experimental feature')) return;
    emit.call(process, warning, ...rest);
  };
}

/** Same arguments, same streams, same signals, same exit status. */
function runOn(node, script) {
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl+C to both processes; sending it on would reach the program twice.
  const atTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => (signal === 'SIGINT' && atTerminal ? undefined : child.kill(signal)));
  }
  child.on('error', (error) => stop('sterownia', `the pinned Node does not start: ${error.message}`));
  child.on('close', (code, signal) => {
    if (signal) process.exit(128 + (constants.signals[signal] ?? 0));
    process.exit(code ?? 1);
  });
}

/** @param major the running Node's; another one is given by the tests only */
export async function launch(name, major = Number.parseInt(process.versions.node, 10)) {
  const program = join(root, 'dist', 'cli', `${name}.mjs`);
  if (!existsSync(program)) {
    stop(name, 'the program is not built yet; run `npm run build` in the checkout.');
    return;
  }
  if (major < wantedMajor) {
    const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(node)) runOn(node, join(root, 'bin', `${name}.mjs`));
    else stop(name, `Node ${wantedMajor} is needed and the pinned one is missing; run \`npm run build\` in the checkout.`);
    return;
  }
  hideSqliteWarning();
  // Beside the checkout and not in the shared temporary folder: nobody else may put compiled code there.
  module.enableCompileCache?.(join(root, '.cache', 'compile'));
  await import(pathToFileURL(program).href);
}
