/** An intent whose act is refused gets its outcome too, so that nobody takes it for one that was cut off. */
import type { JournalRecord, PlansEngine } from './engine.ts';

export type ActRecord = Omit<JournalRecord, 'stage' | 'data'>;

function recordRefusal(engine: PlansEngine, base: ActRecord, error: unknown): void {
  engine.record({ ...base, stage: 'outcome', data: { status: 'refused', error: error instanceof Error ? error.message : String(error) } });
}

export function recordingRefusal<T>(engine: PlansEngine, base: ActRecord, act: () => T): T {
  try {
    return act();
  } catch (error) {
    recordRefusal(engine, base, error);
    throw error;
  }
}

export async function recordingLateRefusal<T>(engine: PlansEngine, base: ActRecord, act: () => T | Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    recordRefusal(engine, base, error);
    throw error;
  }
}
