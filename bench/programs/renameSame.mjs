/**
 * What a purge is compared with: the things of the newest stored plan, in the order of that plan, moved by bare calls
 * into another folder of the same volume, and back again outside of the clock. Prints the seconds as JSON.
 *
 *   folders   one rename for each report, whose folder goes whole
 *   files     one rename for each file, and one mkdir for the folder that it goes to
 *   floor     the folders, with the calls that the promises need: lstat of each item, a manifest written and flushed,
 *             the renames, lstat of each folder that arrived, a flush of each folder that lost or gained a name
 *
 * In all of them the categories' folders are made before the clock starts.
 *
 *   node renameSame.mjs WORKSPACE folders|files|floor
 */
import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

const [workspace = '.', mode = 'folders'] = process.argv.slice(2);
const plans = `${workspace}/var/plans`;
const newest = readdirSync(plans).filter((name) => name.endsWith('.json') && !/\.(?:state|results)\.json$/u.test(name)).sort().at(-1);
if (newest === undefined) throw new Error(`no plan in ${plans}`);
const { base, items } = JSON.parse(readFileSync(`${plans}/${newest}`, 'utf8'));
const away = `${workspace}/var/away/content/0`;
const awayOf = (path) => `${away}${path.slice(base.length)}`;
const folders = items.filter((item) => item.kind === 'directory').map((item) => ({ path: item.path, to: awayOf(item.path), times: lstatSync(item.path) }));
const files = items.filter((item) => item.kind !== 'directory').map((item) => ({ path: item.path, to: awayOf(item.path) }));
const parents = [...new Set(folders.flatMap(({ path, to }) => [dirname(path), dirname(to)]))];
for (const { to } of folders) mkdirSync(dirname(to), { recursive: true });

function flush(path, text = null) {
  const fd = openSync(path, text === null ? 'r' : 'w');
  if (text !== null) writeFileSync(fd, text);
  fsyncSync(fd);
  closeSync(fd);
}

const measured = {
  folders: () => {
    for (const { path, to } of folders) renameSync(path, to);
  },
  files: () => {
    let made = '';
    for (const { path, to } of files) {
      const folder = to.slice(0, to.lastIndexOf('/'));
      if (folder !== made) mkdirSync(made = folder);
      renameSync(path, to);
    }
  },
  floor: () => {
    for (const { path } of items) lstatSync(path, { bigint: true });
    flush(`${workspace}/var/away/manifest.json`, JSON.stringify(items));
    measured.folders();
    for (const { to } of folders) lstatSync(to, { bigint: true });
    for (const parent of parents) flush(parent);
  },
};

const undone = {
  folders: () => {
    for (const { path, to } of folders) renameSync(to, path);
  },
  files: () => {
    for (const { path, to } of files) renameSync(to, path);
    // Names that came and went gave the folders a new time; they get their old one back.
    for (const { path, times } of folders) utimesSync(path, times.atime, times.mtime);
  },
  floor: () => undone.folders(),
};

const started = performance.now();
measured[mode]();
const seconds = (performance.now() - started) / 1000;
undone[mode]();
rmSync(`${workspace}/var/away`, { recursive: true });
process.stdout.write(`${JSON.stringify({ seconds, folders: folders.length, files: files.length })}\n`);
