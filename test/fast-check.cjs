// fast-check as every test imports it (jest.config.mjs): with a seed, so that every run tries the same cases.
const fastCheck = require('../node_modules/fast-check/lib/cjs/fast-check.js');

fastCheck.configureGlobal({ seed: 1 });

module.exports = fastCheck;
