// Is what lies in node_modules what the lock file asks for? Compares the lock file with the one npm leaves inside node_modules.

/**
 * @typedef {{version?: string, integrity?: string, optional?: boolean, devOptional?: boolean}} Entry
 * @typedef {{packages?: Record<string, Entry>}} Lock
 */

/**
 * Whether two entries name the same package.
 * @param {Entry} a
 * @param {Entry} b
 * @returns {boolean}
 */
function same(a, b) {
  return a.version === b.version && a.integrity === b.integrity;
}

/**
 * The first difference between a lock file and what is installed, or null. Optional packages of other platforms may be absent.
 * @param {Lock} lock package-lock.json
 * @param {Lock} installed node_modules/.package-lock.json
 * @returns {string | null} path of a package that is missing, extra or of another version
 */
function lockDifference(lock, installed) {
  const wanted = lock.packages ?? {};
  const present = installed.packages ?? {};
  for (const [name, entry] of Object.entries(wanted)) {
    if (name === '') continue;
    const found = present[name];
    if (found === undefined && !(entry.optional ?? entry.devOptional ?? false)) return name;
    if (found !== undefined && !same(entry, found)) return name;
  }
  return Object.keys(present).find(name => wanted[name] === undefined) ?? null;
}

module.exports = { lockDifference };
