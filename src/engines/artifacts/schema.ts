/**
 * What a model artifact must be. The same schema lies in `resources/schemas/model_artifact.schema.json` for other programs;
 * a test holds the two together.
 */
export const modelArtifactSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Model artifact',
  description: 'A trained model with what is needed to use it, judge it and trace it.',
  type: 'object',
  additionalProperties: false,
  required: [
    'feature_names', 'model_state', 'trained_at', 'metrics', 'metadata', 'target_scale', 'training_rows', 'validation_rows', 'test_rows',
    'feature_scalers', 'backend',
  ],
  properties: {
    feature_names: {
      description: 'Names of the inputs, in the order in which the model takes them.',
      type: 'array',
      minItems: 1,
      items: { type: 'string' },
    },
    model_state: { description: 'Parameters of the model, in the form that its backend reads.', type: 'object' },
    trained_at: { description: 'Instant at which the training ended, with a zone.', type: 'string', format: 'date-time' },
    metrics: {
      description: 'Quality per part of the data; further blocks are allowed.',
      type: 'object',
      required: ['summary', 'train', 'validation', 'test'],
      properties: {
        summary: { $ref: '#/$defs/metricBlock' },
        train: { $ref: '#/$defs/metricBlock' },
        validation: { $ref: '#/$defs/metricBlock' },
        test: { $ref: '#/$defs/metricBlock' },
      },
      additionalProperties: { $ref: '#/$defs/metricBlock' },
    },
    metadata: { description: 'Version, symbol and whatever else the trainer knows.', type: 'object' },
    target_scale: { description: 'Factor from what the model puts out to the predicted quantity.', type: 'number' },
    training_rows: { $ref: '#/$defs/rowCount' },
    validation_rows: { $ref: '#/$defs/rowCount' },
    test_rows: { $ref: '#/$defs/rowCount' },
    feature_scalers: {
      description: 'Mean and standard deviation per input.',
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['mean', 'stdev'],
        additionalProperties: false,
        properties: { mean: { type: 'number' }, stdev: { type: 'number' } },
      },
    },
    decision_journal_entry_id: {
      description: 'Entry of the decision journal that tells of this training; left out where there is none.',
      type: 'string',
    },
    backend: { description: 'Kind of model, which says how model_state is read.', type: 'string' },
  },
  $defs: {
    metricBlock: { type: 'object', additionalProperties: { type: 'number' } },
    rowCount: { type: 'integer', minimum: 0 },
  },
} as const;
