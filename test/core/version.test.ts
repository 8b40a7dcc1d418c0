import { readFileSync } from 'node:fs';

import { VERSION } from '../../src/core/version';

describe('VERSION', () => {
  it('should be that of package.json', () => {
    expect(VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
  });
});
