/** A real Prometheus on a free port, and a console that tells its metrics on another. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/** Asks again until it holds; under load everything takes longer, so only the end is fixed. */
export async function until<T>(what: string, ask: () => Promise<T | null>, seconds = 90): Promise<T> {
  const end = Date.now() + seconds * 1000;
  let last: unknown = null;
  while (Date.now() < end) {
    try {
      const found = await ask();
      if (found !== null) return found;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never happened: ${what}${last === null ? '' : ` (${String(last)})`}`);
}

export interface Prometheus {
  /** Values of an instant query, by their labels as JSON. */
  query(expression: string): Promise<ReadonlyMap<string, number>>;
  stop(): Promise<void>;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: { readonly result: readonly { readonly metric: Readonly<Record<string, string>>; readonly value: readonly [number, string] }[] };
}

export async function startPrometheus(directory: string, target: number): Promise<Prometheus> {
  mkdirSync(directory, { recursive: true });
  const config = join(directory, 'prometheus.yml');
  writeFileSync(config, `global: { scrape_interval: 5s, scrape_timeout: 5s }\nscrape_configs:\n  - job_name: sterownia\n    static_configs: [{ targets: ['127.0.0.1:${target}'] }]\n`);
  const port = await freePort();
  const child: ChildProcess = spawn('prometheus', [
    `--config.file=${config}`, `--storage.tsdb.path=${join(directory, 'data')}`, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error',
  ], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const failed = new Promise<never>((_resolve, reject) => child.once('error', (error) => reject(new Error(`Prometheus does not start: ${error.message}. On Debian: apt-get install prometheus`))));
  const base = `http://127.0.0.1:${port}`;
  await Promise.race([failed, until('Prometheus is ready', async () => {
    if (child.exitCode !== null) throw new Error(`Prometheus ended: ${said}`);
    return (await fetch(`${base}/-/ready`)).ok ? true : null;
  })]);
  return {
    query: async (expression) => {
      const response = await fetch(`${base}/api/v1/query?${new URLSearchParams({ query: expression }).toString()}`);
      const answer = await response.json() as Answer;
      if (answer.status !== 'success') throw new Error(answer.error);
      return new Map(answer.data.result.map(({ metric, value }) => [JSON.stringify(metric), Number(value[1])]));
    },
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The only value of a query that gives one; null where there is none yet. */
export async function valueOf(prometheus: Prometheus, expression: string): Promise<number | null> {
  const values = [...(await prometheus.query(expression)).values()];
  return values.length === 1 ? (values[0] ?? null) : null;
}
