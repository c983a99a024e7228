/** What the journal says stood when: read once for all that ask, and grown by its new entries. */
import { addAsOfEntries, asOfEntryTypes, openAutomodeAsOf, type AsOfIndexes } from '#engines/automode';
import { keptView } from './journalViews.ts';
import type { CoreParts } from './types.ts';

export const asOfIndexes = keptView<CoreParts, AsOfIndexes>({ types: asOfEntryTypes, open: openAutomodeAsOf, add: addAsOfEntries });
