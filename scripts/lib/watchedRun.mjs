/**
 * Runs npm and says all the while what it is at. It promises that nothing hangs without a word: where nothing at all
 * arrives for minutes, the program is ended and that is the result. Plain JavaScript without dependencies.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** npm's own patience: with its defaults a registry that does not answer would keep it waiting for many minutes. */
const patience = { npm_config_fetch_timeout: '30000', npm_config_fetch_retries: '1', npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '5000' };

/** What a person has set stays. `http` makes npm name each package that it fetched. */
export const patientEnvironment = (env) => ({ ...patience, ...env, npm_config_loglevel: 'http' });

export const quiet = { code: 124, text: '\nETIMEDOUT nothing arrived from the network' };

const names = (path) => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

/** Bytes of downloads under way: npm streams them into its cache before they appear in node_modules. */
function bytesUnderWay(env) {
  const cache = env.npm_config_cache ?? (process.platform === 'win32' ? join(env.LOCALAPPDATA ?? homedir(), 'npm-cache') : join(homedir(), '.npm'));
  const folder = join(cache, '_cacache', 'tmp');
  return names(folder).reduce((sum, name) => {
    try {
      return sum + statSync(join(folder, name)).size;
    } catch {
      return sum;
    }
  }, 0);
}

/** `npm http fetch GET 200 https://registry.npmjs.org/react 12ms` → `react` */
export function lastFetched(output) {
  const found = [...output.matchAll(/^npm http fetch GET \d+ \S+?:\/\/[^/\s]+\/(\S+)/gmu)];
  return { count: found.length, name: decodeURIComponent(found.at(-1)?.[1] ?? '').replace(/\/-\/.*$/u, '') };
}

/** A line for people: how long, how much, what came last, and since when nothing came. */
export function heartbeat({ seconds, fetched, name, packages, total, silentSeconds }) {
  const parts = [`${seconds} s`];
  if (fetched > 0) parts.push(`${fetched} fetched${name === '' ? '' : `, last ${name}`}`);
  if (packages > 0) parts.push(total > 0 ? `${packages} of ${total} packages in place` : `${packages} packages in place`);
  if (silentSeconds >= 10) parts.push(`nothing has arrived for ${silentSeconds} s`);
  return `  … ${parts.join(', ')}`;
}

/**
 * Collects what the program prints. `say` gets a line every `beatMs`; after `silentMs` without any sign of life it is ended.
 * `expected` are the folders of packages that shall be there in the end, relative to `root`.
 */
export function runWatched(file, args, options, { say, root, expected, beatMs = 5_000, silentMs = 120_000 }) {
  return new Promise((resolve) => {
    const started = Date.now();
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    let sign = '';
    let lastSign = started;
    let ended = '';
    const keep = (chunk) => {
      output = (output + chunk).slice(-2_000_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const timer = setInterval(() => {
      const packages = expected.filter((path) => existsSync(join(root, path, 'package.json'))).length;
      const now = `${output.length} ${packages} ${bytesUnderWay(options.env ?? {})}`;
      if (now !== sign) lastSign = Date.now();
      sign = now;
      const silent = Date.now() - lastSign;
      const { count, name } = lastFetched(output);
      say(heartbeat({ seconds: Math.round((Date.now() - started) / 1000), fetched: count, name, packages, total: expected.length, silentSeconds: Math.round(silent / 1000) }));
      if (silent < silentMs) return;
      ended = quiet.text;
      child.kill();
      // What it started may keep the pipes open; its end is not waited for.
      end(quiet.code, '');
    }, beatMs);
    const end = (code, text) => {
      clearInterval(timer);
      child.stdout.destroy();
      child.stderr.destroy();
      resolve({ code: ended === '' ? code : quiet.code, output: output + text + ended });
    };
    child.on('error', (error) => end(127, `\n${error.code ?? ''} ${error.message}`));
    child.on('close', (code) => end(code ?? 1, ''));
  });
}
