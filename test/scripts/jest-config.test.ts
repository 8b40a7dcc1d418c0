import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';

const listed = (): string[] => {
  const jest = path.resolve('node_modules', 'jest', 'bin', 'jest.js');
  const output = execFileSync(process.execPath, [jest, '--listTests', '--json'], { encoding: 'utf8' });
  return (JSON.parse(output) as string[]).sort();
};

describe('jest.config.mjs', () => {
  it('should have every test file in one of its projects', () => {
    const files = fs
      .readdirSync('test', { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.test.ts'))
      .map(name => path.resolve('test', name))
      .sort();
    expect(listed()).toEqual(files);
  }, 60_000);

  it('should give properties a seed', () => {
    expect(fc.readConfigureGlobal().seed).toBe(1);
  });
});
