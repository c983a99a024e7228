/** Made at build time from the table of operations, so that the preload script does not carry the schemas. */
declare module 'virtual:operation-names' {
  export const operationNames: readonly string[];
}
