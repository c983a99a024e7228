/** The bootstrap and the launchers as programs, in a checkout of their own with an npm that only pretends. */
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let root: string;

function put(path: string, content: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sterownia-bootstrap-'));
  cpSync(join(repository, 'scripts', 'bootstrap.mjs'), join(root, 'scripts', 'bootstrap.mjs'));
  for (const name of ['installation.mjs', 'installLock.mjs', 'watchedRun.mjs']) cpSync(join(repository, 'scripts', 'lib', name), join(root, 'scripts', 'lib', name));
  cpSync(join(repository, 'bin', 'launch.mjs'), join(root, 'bin', 'launch.mjs'));
  put('package.json', '{"name":"x","version":"0.0.1"}');
  put('package-lock.json', '{"lockfileVersion":3,"packages":{"":{"name":"x"}}}');
  put('scripts/build.ts', "import { appendFileSync } from 'node:fs';\nappendFileSync('log.txt', 'build\\n');\n");
  put('scripts/start.ts', "const args: string[] = process.argv.slice(2);\nconsole.log('start', ...args);\nprocess.exitCode = args.length;\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** An npm that notes that it ran, and does as it is told. */
const npm = (body: string): string => put('npm/npm-cli.js', `const fs = require('fs');\nfs.appendFileSync('log.txt', 'npm ' + process.argv[2] + '\\n');\n${body}`);
const linkNode = `fs.mkdirSync('node_modules/node/bin', { recursive: true });\nfs.symlinkSync(${JSON.stringify(process.execPath)}, 'node_modules/node/bin/node');`;
const log = (): string => (existsSync(join(root, 'log.txt')) ? readFileSync(join(root, 'log.txt'), 'utf8') : '');

interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, onOutput?: (text: string, kill: (signal: NodeJS.Signals) => void) => void): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, env: { PATH: process.env['PATH'] ?? '', ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      onOutput?.(out, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString();
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, out, err }));
  });
}

const bootstrap = (args: readonly string[], npmPath: string, env: Readonly<Record<string, string>> = {}): Promise<Run> => run([join(root, 'scripts', 'bootstrap.mjs'), ...args], { npm_execpath: npmPath, ...env });
const stack = /^\s+at .+:\d+:\d+/mu;

describe('the bootstrap', () => {
  it('installs and builds in a fresh clone, then hands arguments and exit status on', async () => {
    const first = await bootstrap(['start', '--workspace', 'a b'], npm(linkNode));
    expect([first.code, first.out, log()]).toEqual([2, 'start --workspace a b\n', 'npm ci\nbuild\n']);
  });

  it('lets `npm start` fetch Electron unless the person forbids it, and nothing else', async () => {
    const tell = "console.log(String(process.env['ELECTRON_SKIP_BINARY_DOWNLOAD']));\n";
    for (const script of ['start', 'docs']) put(`scripts/${script}.ts`, tell);
    const npmPath = npm(linkNode);
    expect((await bootstrap(['start'], npmPath)).out).toBe('undefined\n');
    expect((await bootstrap(['start'], npmPath, { ELECTRON_SKIP_BINARY_DOWNLOAD: '1' })).out).toBe('1\n');
    expect((await bootstrap(['docs'], npmPath)).out).toBe('1\n');
  });

  it('installs nothing the second time, and again when the lock file changed', async () => {
    const npmPath = npm(`fs.rmSync('node_modules', { recursive: true, force: true });\n${linkNode}`);
    await bootstrap(['start'], npmPath);
    await bootstrap(['start'], npmPath);
    expect(log()).toBe('npm ci\nbuild\nbuild\n');
    put('package-lock.json', '{"lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/y":{"version":"1.0.0"}}}');
    await bootstrap(['start'], npmPath);
    expect(log()).toBe('npm ci\nbuild\nbuild\nnpm ci\nbuild\n');
  });

  it('says in plain words that the registry is out of reach, and leaves no stamp that would hide it', async () => {
    const npmPath = npm("fs.mkdirSync('node_modules');\nconsole.error('npm error code ENOTFOUND');\nprocess.exit(1);");
    const first = await bootstrap(['start'], npmPath);
    expect([first.code, stack.test(first.err)]).toEqual([1, false]);
    expect(first.err).toMatch(/out of reach.*proxy/su);
    await bootstrap(['start'], npmPath);
    expect(log()).toBe('npm ci\nnpm ci\n');
  });

  it('runs the pinned Node\'s own step where npm runs no install scripts', async () => {
    const step = `const fs = require('fs'); fs.mkdirSync('bin', { recursive: true }); fs.symlinkSync(${JSON.stringify(process.execPath)}, 'bin/node');`;
    const result = await bootstrap(['start'], npm(`fs.mkdirSync('node_modules/node', { recursive: true });\nfs.writeFileSync('node_modules/node/installArchSpecificPackage.js', ${JSON.stringify(step)});`));
    expect([result.code, result.out]).toEqual([0, 'start\n']);
  });

  it('names the remedy when the pinned Node cannot be had', async () => {
    const result = await bootstrap(['start'], npm("fs.mkdirSync('node_modules/node', { recursive: true });\nfs.writeFileSync('node_modules/node/installArchSpecificPackage.js', 'process.exit(1)');"));
    expect([result.code, stack.test(result.err)]).toEqual([1, false]);
    expect(result.err).toContain('npm rebuild node');
  });

  it('says what is fetched and that it is alive, and gives up with a remedy where nothing arrives', async () => {
    put('package-lock.json', '{"lockfileVersion":3,"packages":{"":{"name":"x"},"node_modules/y":{"version":"1.0.0"}}}');
    const silent = npm("console.error('npm http fetch GET 200 https://registry.npmjs.org/react-dom 12ms');\nsetInterval(() => undefined, 1000);");
    const result = await bootstrap(['start'], silent, { STEROWNIA_INSTALL_BEAT_MS: '100', STEROWNIA_INSTALL_PATIENCE_MS: '10000' });
    expect([result.code, stack.test(result.err)]).toEqual([1, false]);
    expect(result.err).toMatch(/Fetching up to 1 packages.* from the npm registry/u);
    expect(result.err).toMatch(/… \d+ s, 1 fetched, last react-dom/u);
    expect(result.err).toMatch(/out of reach.*proxy.*run the command again/su);
  });

  it('names the pinned Node and gives up the same way where only that is missing', async () => {
    put('node_modules/node/package.json', '{"name":"node","version":"24.1.2"}');
    put('node_modules/node/installArchSpecificPackage.js', 'setInterval(() => undefined, 1000);');
    put('node_modules/.package-lock.json', '{"packages":{}}');
    const result = await bootstrap(['start'], npm(''), { STEROWNIA_INSTALL_BEAT_MS: '100', STEROWNIA_INSTALL_PATIENCE_MS: '600' });
    expect([result.code, log(), stack.test(result.err)]).toEqual([1, '', false]);
    expect(result.err).toMatch(/Fetching the pinned Node \(24\.1\.2/u);
    expect(result.err).toMatch(/could not be put in place.*out of reach.*once the network answers/su);
  });

  it('asks npm for little patience, unless a person has set it', async () => {
    const npmPath = npm(`fs.writeFileSync('patience.txt', process.env.npm_config_fetch_timeout + ' ' + process.env.npm_config_fetch_retries);\n${linkNode}`);
    await bootstrap(['start'], npmPath, { npm_config_fetch_timeout: '99000' });
    expect(readFileSync(join(root, 'patience.txt'), 'utf8')).toBe('99000 1');
  });

  it('installs once when two are started at the same time, and leaves no lock', async () => {
    const npmPath = npm(`const held = fs.existsSync('.sterownia-install.lock');\nfs.appendFileSync('log.txt', held + '\\n');\nAtomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5000);\n${linkNode}`);
    const both = await Promise.all([bootstrap(['start'], npmPath), bootstrap(['start'], npmPath)]);
    expect(both.map(({ code, out }) => [code, out])).toEqual([[0, 'start\n'], [0, 'start\n']]);
    expect(log().split('\n').filter((line) => line !== 'build')).toEqual(['npm ci', 'true', '']);
    expect(both.filter(({ err }) => /Another installation is at work here \(process \d+/u.test(err))).toHaveLength(1);
    expect(existsSync(join(root, '.sterownia-install.lock'))).toBe(false);
  });

  it('takes over the lock of an installation that was killed, and gives up on one that does not end', async () => {
    const dead = spawn(process.execPath, ['-e', '']);
    await new Promise((resolve) => dead.on('close', resolve));
    const lock = (pid: number | undefined): string => put('.sterownia-install.lock', JSON.stringify({ pid, host: hostname(), since: '2026-01-01T00:00:00Z' }));
    lock(dead.pid);
    expect((await bootstrap(['start'], npm(linkNode))).code).toBe(0);
    rmSync(join(root, 'node_modules'), { recursive: true });
    lock(process.pid);
    const waiting = await bootstrap(['start'], npm(linkNode), { STEROWNIA_INSTALL_WAIT_MS: '400' });
    expect(waiting.code).toBe(1);
    expect(waiting.err).toMatch(/does not end\. End that process, or delete .*\.sterownia-install\.lock/u);
  });

  it('does not start when the build failed', async () => {
    put('scripts/build.ts', 'process.exitCode = 3;\n');
    const result = await bootstrap(['start'], npm(linkNode));
    expect([result.code, result.out]).toEqual([3, '']);
  });

  it('refuses an unknown command before it does anything', async () => {
    const result = await bootstrap(['deploy'], npm(linkNode));
    expect([result.code, log()]).toEqual([1, '']);
    expect(result.err).toContain('start, test, build');
  });
});

describe('a launcher', () => {
  const probe = (body: string): void => {
    put('dist/cli/probe.mjs', body);
    put('bin/probe.mjs', "import { launch } from './launch.mjs';\nawait launch('probe');\n");
    put('bin/old.mjs', "import { launch } from './launch.mjs';\nawait launch('probe', 20);\n");
  };
  const pin = (): void => {
    mkdirSync(join(root, 'node_modules', 'node', 'bin'), { recursive: true });
    symlinkSync(process.execPath, join(root, 'node_modules', 'node', 'bin', 'node'));
  };

  it('runs the built program with its arguments', async () => {
    probe("console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 5;\n");
    expect(await run(['bin/probe.mjs', '--x', 'ż ó'])).toMatchObject({ code: 5, out: '["--x","ż ó"]\n', err: '' });
  });

  it('says what to do when nothing is built', async () => {
    put('bin/probe.mjs', "import { launch } from './launch.mjs';\nawait launch('probe');\n");
    const result = await run(['bin/probe.mjs']);
    expect([result.code, stack.test(result.err)]).toEqual([1, false]);
    expect(result.err).toContain('npm run build');
  });

  it('keeps the word that SQLite is experimental to itself, and lets other warnings through', async () => {
    probe("process.emitWarning('SQLite is an experimental feature and might change at any time', 'ExperimentalWarning');\nprocess.emitWarning('something else', 'ExperimentalWarning');\n");
    const { err } = await run(['bin/probe.mjs']);
    expect([err.includes('SQLite'), err.includes('something else')]).toEqual([false, true]);
  });

  it('goes over to the pinned Node from an older one, with the same arguments and exit status', async () => {
    probe("console.log(JSON.stringify(process.argv.slice(2)));\nprocess.exitCode = 7;\n");
    pin();
    expect(await run(['bin/old.mjs', 'a', '--b'])).toMatchObject({ code: 7, out: '["a","--b"]\n' });
  });

  it('asks for a build when an older Node finds no pinned one', async () => {
    probe('');
    const result = await run(['bin/old.mjs']);
    expect(result.code).toBe(1);
    expect(result.err).toContain('npm run build');
  });

  it('passes signals on to the program and takes over how it ended', async () => {
    probe("process.on('SIGTERM', () => { console.log('asked'); process.exit(9); });\nconsole.log('ready');\nsetInterval(() => undefined, 1000);\n");
    pin();
    const result = await run(['bin/old.mjs'], {}, (text, kill) => {
      if (text === 'ready\n') kill('SIGTERM');
    });
    expect(result).toMatchObject({ code: 9, out: 'ready\nasked\n' });
  });
});
