/**
 * The headless host on a workspace, its index warm before the first link is given. Prints one link per line: the first
 * when it is ready, a new one for each line of input. Ends with its input.
 *
 *   node serve.ts WORKSPACE RENDERER
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { openConsole } from '#runtime';
import { startServer } from '#server';

const [workspace = '.', rendererDirectory = '.'] = process.argv.slice(2);
const quiet = (message: string, details?: Readonly<Record<string, unknown>>): void => void process.stderr.write(`${message} ${JSON.stringify(details ?? {})}\n`);
const log = { info: (): void => undefined, warn: quiet, error: quiet };
// Nobody's own settings: a remembered filter would change what is measured.
const configDirectory = mkdtempSync(join(tmpdir(), 'sterownia-bench-'));
const console = await openConsole({ workspace, host: 'headless', threads: true, log, configDirectory });
for (let look = 0; look < 2; look += 1) await console.call('reports.list', { limit: 50 }, { door: 'window' });
const server = await startServer({ console, rendererDirectory, log });
const give = (): void => void process.stdout.write(`${server.newLink()}\n`);
give();
for await (const _line of createInterface({ input: process.stdin, terminal: false })) give();
await server.close();
await console.close();
rmSync(configDirectory, { recursive: true, force: true });
process.exit(0);
