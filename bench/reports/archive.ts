/** Archives that were read again and compared, against the tools an operator would use for the same. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run, runNode } from '../lib/children.ts';
import { atLeast, atMost, inTurns, lineOf } from '../lib/measure.ts';
import { archiveTree, hugeTree, type Tree } from '../lib/trees.ts';
import type { Benchmark, Line, Surroundings } from '../lib/types.ts';

interface Peer {
  readonly format: 'zip' | 'tar';
  readonly name: string;
  readonly make: (reports: string, folder: string) => Promise<number>;
  readonly atLeast: number;
}

const peers: readonly Peer[] = [
  {
    format: 'zip', name: 'zip -6 -r + unzip -t', atLeast: 1.2,
    make: async (reports, folder) => {
      const packed = await run('zip', ['-6', '-r', '-q', join(folder, 'all.zip'), '.'], { cwd: reports });
      return packed.seconds + (await run('unzip', ['-tqq', join(folder, 'all.zip')], { cwd: folder })).seconds;
    },
  },
  {
    format: 'tar', name: 'tar -cf + sha256sum', atLeast: 0.5,
    make: async (reports, folder) => {
      const packed = await run('tar', ['-cf', join(folder, 'all.tar'), '.'], { cwd: reports });
      return packed.seconds + (await run('sha256sum', [join(folder, 'all.tar')], { cwd: folder })).seconds;
    },
  },
];

async function compare(around: Surroundings, peer: Peer, tree: Tree, size: string, runs: number): Promise<readonly Line[]> {
  const places = { ours: join(tree.workspace, 'archived'), other: join(tree.workspace, 'peer') };
  const clean = (): void => {
    for (const place of [...Object.values(places), ...['var/plans', 'audit', 'logs'].map((name) => join(tree.workspace, name))]) rmSync(place, { recursive: true, force: true });
  };
  const peaks: number[] = [];
  const ours = async (): Promise<number> => {
    clean();
    const ran = await runNode([join(around.root, 'bin', 'sterownia.mjs'), 'reports', 'archive', '--format', peer.format, '--destination', places.ours], { cwd: tree.workspace, peak: true });
    if (!existsSync(places.ours)) throw new Error('the archive command left no archives');
    peaks.push(ran.peakMegabytes);
    return ran.seconds;
  };
  const other = async (): Promise<number> => {
    clean();
    mkdirSync(places.other);
    return peer.make(tree.reports, places.other);
  };
  try {
    const samples = await inTurns(runs, ours, other);
    const bounded = atLeast('ratio', peer.atLeast);
    return [
      lineOf({
        name: `archive as ${peer.format}, ${size}`, unit: 's', samples, other: peer.name, ratioIs: 'other / ours', bound: bounded,
        ran: `sterownia reports archive --format ${peer.format}: plan, one archive per report, read again and compared by SHA-256 file by file, manifest, fsync, journal; against ${peer.name} of the whole tree in one go`,
      }),
      lineOf({
        name: `archive as ${peer.format}, ${size}, peak memory`, unit: 'MB', samples: { ours: peaks, other: [] }, other: null, bound: atMost('ours', 256),
        by: (values) => Math.max(...values), ran: 'the same runs; peak resident memory (VmHWM) of the process, the highest of them',
      }),
    ];
  } finally {
    clean();
  }
}

export const archive: Benchmark = {
  name: 'archive',
  promise: 'Verified archives at 1.2 of the speed of zip -6 + unzip -t and 0.5 of tar + sha256sum, within 256 MB.',
  run: async (around) => {
    const lines: Line[] = [];
    const runs = Math.min(around.runs, 3);
    for (const peer of peers) {
      lines.push(...await compare(around, peer, archiveTree(around.cache), '200 MB', runs));
      if (around.large) lines.push(...await compare(around, peer, hugeTree(around.cache), '2 GiB', 1));
    }
    return lines;
  },
};
