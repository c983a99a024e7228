/**
 * One installation at a time per checkout: two `npm ci` at once would sweep away each other's files. Plain JavaScript
 * without dependencies, because it runs before there are any.
 */
import { linkSync, openSync, closeSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Beside node_modules, which an installation takes away. */
export const lockPath = (root) => join(root, '.sterownia-install.lock');

const beatMs = 5_000;
const pollMs = 250;
/** A process id may be given to another program; no installation is silent for this long. */
const reusedMs = 10 * 60_000;
/** Processes of another machine cannot be looked up; they say every few seconds that they live. */
const foreignMs = 2 * 60_000;

function read(path) {
  try {
    const text = readFileSync(path, 'utf8');
    return { text, ageMs: Date.now() - statSync(path).mtimeMs, holder: parse(text) };
  } catch (error) {
    if (error.code === 'ENOENT') return null;
    throw error;
  }
}

function parse(text) {
  try {
    const { pid, host, since } = JSON.parse(text);
    return { pid, host, since };
  } catch {
    return null;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** True for a lock whose holder has ended without taking it away. A text that is not whole yet counts by its age. */
export function isStale({ holder, ageMs }, { host = hostname(), alive = isAlive } = {}) {
  if (holder === null || holder.host !== host) return ageMs > foreignMs;
  return !Number.isInteger(holder.pid) || !alive(holder.pid) || ageMs > reusedMs;
}

/** Takes a stale lock away, and puts it back where another process was quicker and it is a fresh one by now. */
function remove(path, text) {
  const aside = `${path}.${process.pid}.${Date.now()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (error.code === 'ENOENT') return;
    throw error;
  }
  try {
    if (readFileSync(aside, 'utf8') !== text) linkSync(aside, path);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function take(path) {
  let file;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, `${JSON.stringify({ pid: process.pid, host: hostname(), since: new Date().toISOString() })}\n`);
  closeSync(file);
  return true;
}

const unwritable = new Set(['EACCES', 'EPERM', 'EROFS']);

/**
 * Runs the work alone. `onWait` is told about the holder at first and then every ten seconds. Where this account may
 * not write, there is nothing to guard, and the work says so itself. Null where the wait became too long.
 */
export async function aloneIn(root, onWait, work, limitMs = 30 * 60_000) {
  const path = lockPath(root);
  const began = Date.now();
  let told = 0;
  try {
    while (!take(path)) {
      const found = read(path);
      if (found === null) continue;
      if (isStale(found)) {
        remove(path, found.text);
        continue;
      }
      const waited = Date.now() - began;
      if (waited > limitMs) return null;
      // In its first moments the text is not whole yet.
      if (found.holder !== null && (told === 0 || waited - told >= 10_000)) {
        told = Math.max(1, waited);
        onWait(found.holder, waited);
      }
      await sleep(pollMs);
    }
  } catch (error) {
    if (!unwritable.has(error.code)) throw error;
    return { value: await work() };
  }
  const beat = setInterval(() => {
    try {
      utimesSync(path, new Date(), new Date());
    } catch {
      // Taken away by hand: the work goes on.
    }
  }, beatMs);
  const leave = () => rmSync(path, { force: true });
  process.on('exit', leave);
  try {
    return { value: await work() };
  } finally {
    clearInterval(beat);
    process.off('exit', leave);
    leave();
  }
}
