/** Artifacts: model artifacts judged, kept, activated and verified; and the JSON that signatures of the bot cover. */
export * from './losslessJson.ts';
export * from './canonicalJson.ts';
export * from './signature.ts';
export { modelArtifactSchema } from './schema.ts';
export * from './validate.ts';
export { activationEntry, activationProvider, activations, type ActivateInput, type Activation, type ActivationGate, type ActivationParts } from './activate.ts';
export { bundleKeys, type BundleKeys } from './keys.ts';
export { ensureBundle, signedBundle, type BundledVersion, type BundleMade } from './bundles.ts';
export { readPlainFile } from './plainFile.ts';
export { publishedHashes, type PublishedHashes } from './proof.ts';
export { verifyBundle, writeBundle, type BundleInput, type BundleOptions } from './bundle.ts';
export { lockModels, manifestName, readManifest, type Manifest } from './manifest.ts';
export { bundlesFolder, checkName, compareVersions, modelsFolder } from './names.ts';
export { publishFile, validateInRepository, verdictView, type PublishFileInput, type PublishRequest } from './publish.ts';
export {
  largestArtifact, listModels, modelNames, openModelRepository, type ArtifactPlace, type LoadedArtifact, type ModelRepository, type Published, type PublishInput,
} from './repository.ts';
export { verifyModels, type VerifyAnswer } from './verify.ts';
