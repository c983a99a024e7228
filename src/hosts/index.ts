/** What hosts with windows share: the conversation with a page, the pace of progress, and what a page may load. */
export { maximumCalls, openConnection, type Connection, type ConnectionOptions } from './connection.ts';
export { paceProgress, type PacedProgress } from './pace.ts';
export { newNonce, noncePlaceholder, securityHeaders, type PageNetwork } from './pageSecurity.ts';
