/** For programs that measure a console: no training begins by itself while they do. */
import { openConsole } from '#runtime';

export async function pauseTraining(workspace: string): Promise<void> {
  const console = await openConsole({ workspace, host: 'cli', threads: false });
  const paused = await console.invoke('retraining.pause', { duration: '1d', reason: 'benchmark' }, { door: 'cli' });
  await console.close();
  if (!paused.ok) throw new Error(paused.error.message);
}
