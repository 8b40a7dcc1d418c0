import { VERSION } from '../../src/core/version';
import { checkProtocol, checkVersion } from '../../src/service/handshake';

describe('checkVersion', () => {
  const [major = 0, minor = 0] = VERSION.split('.').map(Number);

  it('should take releases that differ in the last number', () => {
    expect(() => checkVersion(VERSION)).not.toThrow();
    expect(() => checkVersion(`${major}.${minor}.99`)).not.toThrow();
    expect(() => checkVersion(`${major}.${minor}.0.dev1`)).not.toThrow();
  });

  it.each([
    [`${major}.${minor + 1}.0`, 'service'],
    [`${major + 1}.0.0`, 'service'],
    // The first release is 0.1, so there is an older one.
    ['0.0.9', 'client']
  ])('should say which side to upgrade for %s', (version, side) => {
    expect(() => checkVersion(version)).toThrow(
      expect.objectContaining({ code: 'version_mismatch', values: { upgrade: side, service: VERSION } })
    );
    expect(() => checkVersion(version)).toThrow(`upgrade the ${side}`);
  });

  it('should refuse what is no version', () => {
    expect(() => checkVersion('latest')).toThrow(/its version is "latest"/);
  });
});

describe('checkProtocol', () => {
  it('should say which side to upgrade', () => {
    expect(() => checkProtocol(1)).not.toThrow();
    expect(() => checkProtocol(2)).toThrow(
      'the client speaks protocol 2, the service 1; upgrade the service'
    );
  });
});
