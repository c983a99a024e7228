/** What the journal knows of sign-offs, read once for all that ask the gate, and grown by its new entries. */
import type { Journal } from '#engines/journal';
import { addEvidence, evidenceTypes, openEvidence, type GateEvidence, type GrowingEvidence } from '#engines/signoffs';
import type { EngineContext } from '#engines/storage';
import { keptView } from './journalViews.ts';

export const signOffEvidence: (context: EngineContext, journal: Pick<Journal, 'head' | 'list'>) => GateEvidence =
  keptView<EngineContext, GrowingEvidence>({ types: evidenceTypes, open: openEvidence, add: addEvidence });
