/** The workspace: layout, identity, policy. */
export * from './identity.ts';
export * from './layout.ts';
export * from './policy.ts';
export { protectionOf } from './protection.ts';
export { aliasesOf, isAtOrBelow, namesOf, type Alias } from './spellings.ts';
