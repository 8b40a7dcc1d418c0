import { openWasm } from '../../src/tensor/wasm';
import { WASM_FOLDER } from '../compute-fixture';
import { describeEngine } from './engine-suite';

describeEngine('openWasm', () => openWasm(WASM_FOLDER));
