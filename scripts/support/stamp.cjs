// Has anything that a step is made from changed since it last succeeded? Hashes of inputs, kept in stamp files.
const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');

/**
 * All files under a path, in a fixed order; a path that does not exist has none.
 * @param {string} root
 * @param {string} name path relative to `root`
 * @returns {string[]} paths relative to `root`
 */
function filesUnder(root, name) {
  const stat = fs.statSync(path.join(root, name), { throwIfNoEntry: false });
  if (stat === undefined) return [];
  if (!stat.isDirectory()) return [name];
  return fs
    .readdirSync(path.join(root, name))
    .sort()
    .flatMap(child => filesUnder(root, path.join(name, child)));
}

/**
 * One hash over names and contents of the inputs and over the facts (versions, flags) beside them.
 * @param {string} root
 * @param {readonly string[]} inputs files and folders relative to `root`
 * @param {readonly string[]} [facts]
 * @returns {string} 64 hexadecimal digits
 */
function hashInputs(root, inputs, facts = []) {
  const hash = createHash('sha256').update(JSON.stringify(facts));
  for (const name of inputs.flatMap(input => filesUnder(root, input))) {
    const content = fs.readFileSync(path.join(root, name));
    hash.update(`\0${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * Whether the stamp file holds this hash and every output is there.
 * @param {string} file
 * @param {string} hash
 * @param {readonly string[]} outputs absolute paths
 * @returns {boolean}
 */
function isCurrent(file, hash, outputs) {
  return (
    fs.existsSync(file) &&
    fs.readFileSync(file, 'utf8') === hash &&
    outputs.every(name => fs.existsSync(name))
  );
}

/**
 * Records that the step whose inputs have this hash succeeded.
 * @param {string} file
 * @param {string} hash
 */
function writeStamp(file, hash) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, hash);
}

module.exports = { hashInputs, isCurrent, writeStamp };
