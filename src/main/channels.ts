/**
 * The two channels between a window and its host. The preload script, which can import nothing at run time, spells
 * the same names; `test/main/preload.test.ts` holds the two together.
 */
export const requestChannel = 'sterownia:request';
export const messageChannel = 'sterownia:message';
