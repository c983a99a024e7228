/**
 * The raw limit of a purge: the report folders renamed into another folder of the same volume, one call each, and back
 * again outside of the clock. No check, no list, no journal, no flush. Prints the seconds as JSON.
 *
 *   node renameFolders.mjs REPORTS AWAY
 */
import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';

const [reports = '.', away = './away'] = process.argv.slice(2);
const pairs = readdirSync(reports).flatMap((category) => readdirSync(`${reports}/${category}`).map((name) => [`${reports}/${category}/${name}`, `${away}/${category}/${name}`]));
for (const category of readdirSync(reports)) mkdirSync(`${away}/${category}`, { recursive: true });
const started = performance.now();
for (const [from, to] of pairs) renameSync(from, to);
const seconds = (performance.now() - started) / 1000;
for (const [from, to] of pairs) renameSync(to, from);
rmSync(away, { recursive: true });
process.stdout.write(`${JSON.stringify({ seconds, count: pairs.length })}\n`);
