import { openWasm } from '../../src/tensor/wasm';
import { WASM_FOLDER } from '../compute-fixture';
import { describeEngineNumbers } from './engine-numbers';
import { describeEngine } from './engine-suite';

describeEngine('openWasm', () => openWasm(WASM_FOLDER));
describeEngineNumbers('openWasm', () => openWasm(WASM_FOLDER));
