/** A process of its own that acts on AutoMode: `kill`, or so many pauses one after the other. */
import { openBench, person } from './support.ts';
import { killAutomode, pauseAutomode } from '#engines/automode';
import { nodeFileSystem } from '#engines/storage';

const [root = '', act = '', name = ''] = process.argv.slice(2);
const clock = { get at(): number { return Date.now(); } };
const { parts } = openBench({ root, clock, fs: nodeFileSystem });
if (act === 'kill') killAutomode(parts, { actor: { ...person, name }, reason: 'Champion trades against itself' });
else for (let n = 0; n < Number(act); n += 1) pauseAutomode(parts, { actor: { ...person, name }, duration: '1h', reason: `pause number ${n} of ${name}` });
