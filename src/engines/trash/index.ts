/** The trash: removal by rename, restoring over nothing, and removal for good as an act of its own. */
export {
  entryDirectory, entryIds, manifestBytes, openEntry, originOf, prepareEntry, readEntry, readItems, setPhase, trashedOf,
  type OpenEntry, type TrashDocument, type TrashItem, type TrashItems, type TrashMove, type TrashRequest,
} from './manifest.ts';
export { arrange, FolderFinder, type Arrangement } from './keys.ts';
export { isPresent, isSameFile, lookAt } from './look.ts';
export { moveIntoTrash, moveUnsynced, progressOf, type MoveOutcome } from './move.ts';
export { conflictsOf, isDrained, placeWithoutOverwriting, putBack, putBackAll, type PutBackReport } from './putBack.ts';
export { destroy, listTrash, restore, settle, trashEntryOf, type DestroyReport, type RestoreReport, type RestoreRequest } from './store.ts';
