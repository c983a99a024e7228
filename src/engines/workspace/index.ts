/** The workspace: layout, identity, policy. */
export * from './identity.ts';
export * from './layout.ts';
export * from './policy.ts';
