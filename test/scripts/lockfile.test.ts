import { lockDifference } from '../../scripts/support/lockfile.cjs';

const entry = (version: string, more = {}): object => ({ version, integrity: `sha512-${version}`, ...more });
const lock = {
  packages: {
    '': { version: '0.1.0' },
    'node_modules/a': entry('1.0.0'),
    'node_modules/other-platform': entry('2.0.0', { optional: true })
  }
};

describe('lockDifference', () => {
  it('should find none between a lock file and its installation, which lacks other platforms', () => {
    expect(lockDifference(lock, { packages: { 'node_modules/a': entry('1.0.0') } })).toBeNull();
    expect(lockDifference(lock, { packages: { ...lock.packages } })).toBeNull();
  });

  it('should name a package that is missing', () => {
    expect(lockDifference(lock, { packages: {} })).toBe('node_modules/a');
    expect(lockDifference(lock, {})).toBe('node_modules/a');
  });

  it('should name a package of another version, optional ones too', () => {
    expect(lockDifference(lock, { packages: { 'node_modules/a': entry('1.0.1') } })).toBe('node_modules/a');
    const installed = { 'node_modules/a': entry('1.0.0'), 'node_modules/other-platform': entry('2.1.0') };
    expect(lockDifference(lock, { packages: installed })).toBe('node_modules/other-platform');
  });

  it('should name a package that nothing asks for', () => {
    const installed = { 'node_modules/a': entry('1.0.0'), 'node_modules/extra': entry('3.0.0') };
    expect(lockDifference(lock, { packages: installed })).toBe('node_modules/extra');
  });
});
