// Python's safetensors reads what we write, and we read what it writes.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readSafetensors, toFloat32, writeSafetensors } from '../../src/weights/safetensors';

const PYTHON = resolve(__dirname, '..', '..', '.venv', 'bin', 'python');
const SCRIPT = `
import json, sys
import numpy as np
from safetensors import safe_open
from safetensors.numpy import save_file

seen = {}
with safe_open(sys.argv[1], "numpy") as file:
    metadata = file.metadata()
    for name in file.keys():
        array = file.get_tensor(name)
        seen[name] = [array.dtype.name, list(array.shape), array.astype(float).ravel().tolist()]
values = np.array([[0.1, -65504.0, 6e-8], [0.0, 2.0, 1e-5]])
save_file({kind: values.astype(kind) for kind in ("float64", "float32", "float16")}
    | {kind: np.array([[0, 1, 7]], kind) for kind in ("int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8", "bool")},
    sys.argv[2], metadata={"by": "python"})
print(json.dumps([metadata, seen, values.astype("float16").astype(float).ravel().tolist()]))
`;

describe('safetensors between Python and us', () => {
  const folder = mkdtempSync(join(tmpdir(), 'safetensors-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('should carry names, formats, shapes, numbers and metadata both ways', () => {
    const [ours, theirs] = [join(folder, 'ours.safetensors'), join(folder, 'theirs.safetensors')];
    writeFileSync(
      ours,
      writeSafetensors(
        {
          'é "quoted"': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(0.5, -3) },
          codes: { dtype: 'U16', shape: [3], data: Uint16Array.of(0, 1, 65535) },
          bytes: { dtype: 'U8', shape: [1, 1, 1], data: Uint8Array.of(255) },
          wide: { dtype: 'I64', shape: [], data: BigInt64Array.of(-7n) },
          empty: { dtype: 'F64', shape: [0, 4], data: new Float64Array(0) }
        },
        { bertstory: '{"version": 1, "text": "naïve 😀"}' }
      )
    );
    const printed = execFileSync(PYTHON, ['-c', SCRIPT, ours, theirs], { encoding: 'utf8' });
    const [metadata, seen, halves] = JSON.parse(printed) as [unknown, unknown, number[]];
    expect(metadata).toEqual({ bertstory: '{"version": 1, "text": "naïve 😀"}' });
    expect(seen).toEqual({
      'é "quoted"': ['float32', [1, 2], [0.5, -3]],
      codes: ['uint16', [3], [0, 1, 65535]],
      bytes: ['uint8', [1, 1, 1], [255]],
      wide: ['int64', [], [-7]],
      empty: ['float64', [0, 4], []]
    });

    const read = readSafetensors(new Uint8Array(readFileSync(theirs)));
    expect(read.metadata).toEqual({ by: 'python' });
    const values = (name: string): number[] => {
      const tensor = read.tensors.get(name);
      return tensor === undefined ? [] : [...toFloat32(tensor)];
    };
    expect(values('float32')).toEqual([0.1, -65504, 6e-8, 0, 2, 1e-5].map(Math.fround));
    expect(values('float64')).toEqual(values('float32'));
    expect(values('float16')).toEqual(halves);
    for (const name of ['int64', 'uint64', 'int32', 'uint32', 'int16', 'uint16', 'int8', 'uint8']) {
      expect(values(name)).toEqual([0, 1, 7]);
    }
    expect(values('bool')).toEqual([0, 1, 1]);
  });
});
