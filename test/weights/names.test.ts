import { CheckpointNames, layerWeights } from '../../src/weights/names';

const WORDS = 'embeddings.word_embeddings.weight';

describe('CheckpointNames', () => {
  it.each(['', 'bert.', '0.auto_model.', 'encoder.bert.'])(
    'should find weights under the prefix "%s"',
    prefix => {
      const names = CheckpointNames.among('bert', [
        `${prefix}${WORDS}`,
        `${prefix}encoder.layer.0.output.dense.bias`
      ]);
      expect(names?.find(WORDS)).toBe(prefix + WORDS);
      expect(names?.find(layerWeights('bert', 0).down.bias.name)).toBe(
        `${prefix}encoder.layer.0.output.dense.bias`
      );
      expect(names?.find(layerWeights('bert', 1).down.bias.name)).toBeNull();
    }
  );

  it('should find the LayerNorms of checkpoints converted from TensorFlow', () => {
    const names = CheckpointNames.among('bert', [
      `bert.${WORDS}`,
      'bert.embeddings.LayerNorm.gamma',
      'bert.embeddings.LayerNorm.beta'
    ]);
    expect(names?.find('embeddings.LayerNorm.weight')).toBe('bert.embeddings.LayerNorm.gamma');
    expect(names?.find('embeddings.LayerNorm.bias')).toBe('bert.embeddings.LayerNorm.beta');
  });

  it('should count layers, and nothing that only looks like one', () => {
    const names = CheckpointNames.among('bert', [
      WORDS,
      'encoder.layer.0.output.dense.bias',
      'encoder.layer.11.output.dense.bias',
      'encoder.layer.x.output.dense.bias',
      'encoder.layer.99',
      'decoder.layer.50.output.dense.bias'
    ]);
    expect(names?.layers()).toBe(12);
  });

  it('should not take other models for BERT', () => {
    expect(
      CheckpointNames.among('bert', ['transformer.wte.weight', 'my_embeddings.word_embeddings.weight'])
    ).toBeNull();
  });
});
