/** The trash: removal by rename, restoring over nothing, and removal for good as an act of its own. */
export { entryDirectory } from './places.ts';
export {
  entryIds, manifestBytes, openEntry, originOf, prepareEntry, readEntry, readItems, setPhase, trashedOf,
  type OpenEntry, type TrashDocument, type TrashItem, type TrashItems, type TrashMove, type TrashRequest,
} from './manifest.ts';
export { arrange, FolderFinder, type Arrangement } from './keys.ts';
export { isPresent, isSameFile, lookAt } from './look.ts';
export { moveIntoTrash, moveUnsynced, progressOf, type MoveOutcome } from './move.ts';
export { conflictsOf, holdsThings, isDrained, putBack, putBackAll, type PutBackReport } from './putBack.ts';
export { restore, type RestoreReport, type RestoreRequest } from './restore.ts';
export { contentOf, destroy, listTrash, settle, trashEntryOf, type DestroyReport } from './store.ts';
