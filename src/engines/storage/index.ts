/** Storage: the ground under every engine. */
export * from './context.ts';
export * from './errors.ts';
export * from './fileSystem.ts';
export * from './nodeFileSystem.ts';
export * from './pathText.ts';
export * from './writing.ts';
export * from './documents.ts';
export * from './lock.ts';
export * from './paths.ts';
