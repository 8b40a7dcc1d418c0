// Node's environment with the outer realm's binary types, which native addons and workers hand back.
const { TestEnvironment } = require('jest-environment-node');

module.exports = class NativeEnvironment extends TestEnvironment {
  async setup() {
    await super.setup();
    for (const type of [
      ArrayBuffer,
      SharedArrayBuffer,
      DataView,
      Float32Array,
      Float64Array,
      Int32Array,
      Uint32Array,
      Uint16Array,
      Uint8Array,
      Int8Array
    ]) {
      this.global[type.name] = type;
    }
  }
};
