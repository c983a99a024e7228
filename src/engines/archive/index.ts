/** Archives of reports: made beside their final name, verified by reading them again, then given the name. */
export { estimateBytes } from './estimate.ts';
export { readManifest } from './manifest.ts';
export { isNameTooLong, isStagedName, manifestPathOf, parseStagedName, stagedNames, stagedPaths, type StagedNames, type StagedPaths } from './names.ts';
export { discard, findStaged, publish, publishAll } from './publish.ts';
export { settleDrafts } from './settle.ts';
export * from './types.ts';
export { verifyArchive } from './verify.ts';
export { draftArchive, writeArchive, type ArchiveRequest } from './write.ts';
