/** Artifacts: model artifacts judged, kept, activated and verified; and the JSON that signatures of the bot cover. */
export * from './losslessJson.ts';
export * from './canonicalJson.ts';
export * from './signature.ts';
export { modelArtifactSchema } from './schema.ts';
export * from './validate.ts';
